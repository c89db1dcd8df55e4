using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Lets the testing package take part while an AppHost's own entry point builds its application.</summary>
internal abstract class BuilderHooks
{
    private static readonly AsyncLocal<BuilderHooks?> Flowing = new();

    public static BuilderHooks? Current { get => Flowing.Value; set => Flowing.Value = value; }

    public abstract void Constructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    public abstract void Created(DistributedApplicationBuilder builder);

    public abstract void Building(DistributedApplicationBuilder builder);

    public abstract void Built(DistributedApplication application);
}
