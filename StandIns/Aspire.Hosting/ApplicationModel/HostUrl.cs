namespace Aspire.Hosting.ApplicationModel;

public record HostUrl(string Url) : IValueProvider, IManifestExpressionProvider
{
    string IManifestExpressionProvider.ValueExpression => Url;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) =>
        ((IValueProvider)this).GetValueAsync(new ValueProviderContext(), cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        // From inside a container the loopback address means the container; the host has a name there.
        if (context.EffectiveNetwork == KnownNetworkIdentifiers.LocalhostNetwork || !Uri.TryCreate(Url, UriKind.Absolute, out var uri)
            || !uri.IsLoopback)
            return new(Url);

        var address = new UriBuilder(uri) { Host = KnownHostNames.DockerDesktopHostBridge }.ToString();
        return new(Url.EndsWith('/') ? address : address.TrimEnd('/'));
    }
}
