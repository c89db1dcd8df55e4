using System.Globalization;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

internal enum TunnelTarget
{
    Connection,
    Group,
    ActiveConnection,
}

/// <summary>The parameters that open a tunnel, checked in the stock server's order.</summary>
internal sealed record TunnelRequest(
    string? Token, string Id, TunnelTarget Target, string DataSource, ClientInformation Client, string? RemoteHost)
{
    public static TunnelRequest Parse(HttpContext context, Func<string, IReadOnlyList<string?>> parameter)
    {
        string? One(string name) => parameter(name) is [{ } value, ..] ? value : null;
        string Required(string name) => One(name) ?? throw GuacamoleException.BadRequest($"Parameter \"{name}\" is required.");
        int Size(string name, int fallback) => One(name) is not { } text ? fallback
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size) ? size
            : throw GuacamoleException.BadRequest($"Parameter \"{name}\" must be a valid integer.");
        IReadOnlyList<string> All(string name) => [.. parameter(name).OfType<string>()];

        var id = Required("GUAC_ID");
        var target = Required("GUAC_TYPE") switch
        {
            "c" => TunnelTarget.Connection,
            "g" => TunnelTarget.Group,
            "a" => TunnelTarget.ActiveConnection,
            _ => throw GuacamoleException.BadRequest("Illegal identifier - unknown type."),
        };
        var dataSource = Required("GUAC_DATA_SOURCE");
        var client = new ClientInformation(
            Size("GUAC_WIDTH", 1024), Size("GUAC_HEIGHT", 768), Size("GUAC_DPI", 96),
            All("GUAC_AUDIO"), All("GUAC_VIDEO"), All("GUAC_IMAGE"), Attributes.NullIfEmpty(One("GUAC_TIMEZONE")), null);
        return new TunnelRequest(One("token"), id, target, dataSource, client, RemoteAddress.Of(context));
    }
}
