using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Lets an upgraded connection write to its socket itself. Kestrel would copy every byte into blocks of 4 KiB first, and hand them to
/// another thread. What Kestrel wrote before has left it, because its output is not allowed to hold anything back (see UseSockets).
/// </summary>
internal sealed class DirectUpgrade(IHttpUpgradeFeature kestrel, Socket socket) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => kestrel.IsUpgradableRequest;

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var features = context.Features;
        // Below TLS the socket does not speak the connection's language.
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade
            && features.Get<IConnectionSocketFeature>() is { } connection && features.Get<ITlsConnectionFeature>() is null)
            features.Set<IHttpUpgradeFeature>(new DirectUpgrade(upgrade, connection.Socket));
        return next(context);
    }

    public async Task<Stream> UpgradeAsync() => new DirectStream(await kestrel.UpgradeAsync(), socket);
}
