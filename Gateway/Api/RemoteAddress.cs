using System.Net;

namespace GuacAspire.Gateway.Api;

/// <summary>The client's address as histories and parameter tokens show it.</summary>
internal static class RemoteAddress
{
    public static string? Of(HttpContext context) => Parsed(context)?.ToString();

    public static IPAddress? Parsed(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
}
