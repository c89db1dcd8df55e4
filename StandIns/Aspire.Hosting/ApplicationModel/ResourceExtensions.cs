using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public static class ResourceExtensions
{
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation) where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        var found = resource.Annotations.OfType<T>().ToArray();
        result = found.Length > 0 ? found : null;
        return result is not null;
    }

    public static bool HasAnnotationOfType<T>(this IResource resource) where T : IResourceAnnotation =>
        resource.Annotations.Any(a => a is T);

    public static bool TryGetEnvironmentVariables(
        this IResource resource, [NotNullWhen(true)] out IEnumerable<EnvironmentCallbackAnnotation>? environmentVariables) =>
        resource.TryGetAnnotationsOfType(out environmentVariables);

    public static bool TryGetContainerMounts(
        this IResource resource, [NotNullWhen(true)] out IEnumerable<ContainerMountAnnotation>? volumeMounts) =>
        resource.TryGetAnnotationsOfType(out volumeMounts);

    public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints) =>
        resource.TryGetAnnotationsOfType(out endpoints);

    public static bool TryGetUrls(this IResource resource, [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls) =>
        resource.TryGetAnnotationsOfType(out urls);

    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e));

    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource, NetworkIdentifier contextNetworkID) =>
        resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e, contextNetworkID));

    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);

    public static EndpointReference GetEndpoint(
        this IResourceWithEndpoints resource, string endpointName, NetworkIdentifier contextNetworkID) =>
        new(resource, endpointName, contextNetworkID);

    public static bool TryGetContainerImageName(this IResource resource, [NotNullWhen(true)] out string? imageName) =>
        resource.TryGetContainerImageName(useBuiltImage: true, out imageName);

    public static bool TryGetContainerImageName(this IResource resource, bool useBuiltImage, [NotNullWhen(true)] out string? imageName)
    {
        if (useBuiltImage && resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && build.ImageName is not null)
        {
            imageName = $"{build.ImageName}:{build.ImageTag ?? "latest"}";
            return true;
        }

        imageName = null;
        if (!resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)) return false;

        var registry = string.IsNullOrEmpty(image.Registry) ? "" : $"{image.Registry}/";
        imageName = string.IsNullOrEmpty(image.SHA256)
            ? $"{registry}{image.Image}{(string.IsNullOrEmpty(image.Tag) ? "" : $":{image.Tag}")}"
            : $"{registry}{image.Image}@sha256:{image.SHA256}";
        return true;
    }

    public static int GetReplicaCount(this IResource resource) => 1;

    public static bool IsContainer(this IResource resource) => resource.HasAnnotationOfType<ContainerImageAnnotation>();

    public static bool IsExcludedFromPublish(this IResource resource) =>
        resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation)
            && annotation == ManifestPublishingCallbackAnnotation.Ignore;
}
