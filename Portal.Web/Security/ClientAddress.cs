using System.Net;
using System.Net.Sockets;

namespace GuacAspire.Portal.Web.Security;

/// <summary>Where a request comes from, behind all proxies that are trusted.</summary>
internal static class ClientAddress
{
    private const string Unknown = "local";

    /// <summary>Whom a rate limit counts: an IPv4 address, or the /64 that one IPv6 customer has.</summary>
    public static string Of(HttpContext context)
    {
        if (Exactly(context) is not { } address)
            return Unknown;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>The address itself, without what only this machine makes of it; null where there is none.</summary>
    public static IPAddress? Exactly(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        var address => new IPAddress(address.GetAddressBytes()),
    };
}
