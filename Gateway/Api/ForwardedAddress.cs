using System.Net;
using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.Api;

/// <summary>
/// Finds the client's address behind proxies: from the right, the first in the header that is not a trusted proxy's. What a client itself
/// writes into the header stands further to the left and is not believed.
/// </summary>
internal sealed class ForwardedAddress(RequestDelegate next, ProxyOptions proxies)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (RemoteAddress.Parsed(context) is { } peer && proxies.IsInternal(peer))
            context.Connection.RemoteIpAddress = Client(peer, string.Join(',', context.Request.Headers[proxies.Header].AsEnumerable()));
        return next(context);
    }

    internal IPAddress Client(IPAddress peer, string header)
    {
        var client = peer;
        foreach (var text in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (!IPAddress.TryParse(text, out var address))
                break;
            client = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (!proxies.IsTrusted(client))
                break;
        }
        return client;
    }
}
