using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class DistributedApplicationBuilderExtensions
{
    public static IResourceBuilder<T> CreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name)
        where T : IResource =>
        builder.TryCreateResourceBuilder<T>(name, out var found)
            ? found
            : throw new InvalidOperationException($"Resource '{name}' was not found.");

    public static bool TryCreateResourceBuilder<T>(
        this IDistributedApplicationBuilder builder, string name, [NotNullWhen(true)] out IResourceBuilder<T>? resourceBuilder)
        where T : IResource
    {
        var resource = builder.Resources.OfType<T>().FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        resourceBuilder = resource is null ? null : builder.CreateResourceBuilder(resource);
        return resourceBuilder is not null;
    }
}
