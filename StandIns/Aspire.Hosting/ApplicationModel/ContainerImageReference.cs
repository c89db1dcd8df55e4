namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents the image of a resource as a value.</summary>
/// <param name="resource">The resource.</param>
public class ContainerImageReference(IResource resource) : IManifestExpressionProvider, IValueWithReferences, IValueProvider
{
    /// <summary>Gets the resource.</summary>
    public IResource Resource { get; } = resource;

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Resource.Name}.containerImage}}";

    /// <inheritdoc/>
    public IEnumerable<object> References => [Resource];

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Resource.TryGetContainerImageName(out var image) ? image : null);
}
