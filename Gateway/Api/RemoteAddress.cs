namespace GuacAspire.Gateway.Api;

/// <summary>The client's address as histories and parameter tokens show it.</summary>
internal static class RemoteAddress
{
    public static string? Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
    }
}
