using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Hands on to a builder: an AppHost's own, or one that the test has made.</summary>
internal sealed class TestingBuilder(DistributedApplicationBuilder inner, EntryPoint? entryPoint) : IDistributedApplicationTestingBuilder
{
    private DistributedApplication? _built;

    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IDistributedApplicationEventing Eventing => inner.Eventing;

    public IResourceCollection Resources => inner.Resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) =>
        _built = entryPoint is null ? inner.Build() : await entryPoint.BuildAsync(cancellationToken).ConfigureAwait(false);

    public void Dispose()
    {
        _built?.Dispose();
        entryPoint?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_built is not null) await _built.DisposeAsync().ConfigureAwait(false);
        if (entryPoint is not null) await entryPoint.DisposeAsync().ConfigureAwait(false);
    }
}
