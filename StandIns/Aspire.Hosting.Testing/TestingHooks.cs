using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What is different under test: no dashboard, ports that nobody has chosen, and the AppHost's own folder and secrets.</summary>
internal class TestingHooks(Assembly assembly, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    : BuilderHooks
{
    public override void Constructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName = assembly.GetName().Name;
        options.DisableDashboard = true;
        settings.ApplicationName = assembly.GetName().Name;
        settings.EnvironmentName = Environments.Development;
        settings.Configuration = new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DcpPublisher:RandomizePorts"] = "true" });
        if (options.ProjectDirectory is { } directory && Directory.Exists(directory)) settings.ContentRootPath = directory;
        configure(options, settings);
    }

    public override void Created(DistributedApplicationBuilder builder)
    {
    }

    public override void Building(DistributedApplicationBuilder builder)
    {
    }

    public override void Built(DistributedApplication application)
    {
    }
}
