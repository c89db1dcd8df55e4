using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace GuacAspire.Portal.Web.Security;

/// <summary>
/// Believes X-Forwarded-* of the proxies in <see cref="PortalOptions.TrustedProxies"/>, one behind the other if there are several, and of
/// nobody else: what the first that is not among them says of others is not looked at.
/// </summary>
internal sealed class ForwardedHeadersSetup(IOptions<PortalOptions> portal) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        var entries = portal.Value.TrustedProxies.Split(
            [',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var entry in entries)
        {
            if (IPNetwork.TryParse(entry, out var network))
                options.KnownIPNetworks.Add(network);
            else if (System.Net.IPAddress.TryParse(entry, out var address))
                options.KnownProxies.Add(address);
            else
                throw new OptionsValidationException(
                    nameof(PortalOptions.TrustedProxies), typeof(PortalOptions),
                    [$"Portal:TrustedProxies: '{entry}' is neither an address nor a network."]);
        }
    }
}
