using System.Globalization;

namespace GuacAspire.Gateway.Api;

/// <summary>Attributes are strings in JSON whatever their column's type.</summary>
internal static class Attributes
{
    public static readonly IReadOnlyList<string> Connection =
        ["max-connections", "max-connections-per-user", "weight", "failover-only", "guacd-hostname", "guacd-port", "guacd-encryption"];

    public static readonly IReadOnlyList<string> ConnectionGroup =
        ["max-connections", "max-connections-per-user", "enable-session-affinity"];

    /// <summary>Drops the attributes that are not known; absent ones are refused, since a PUT would silently reset them all.</summary>
    public static Dictionary<string, string?> Require(Dictionary<string, string?>? attributes, IReadOnlyList<string> known) =>
        Known(attributes ?? throw GuacamoleException.BadRequest("The attributes are missing; send {} for none."), known);

    public static Dictionary<string, string?> Known(Dictionary<string, string?> attributes, IReadOnlyList<string> known) =>
        attributes.Where(attribute => known.Contains(attribute.Key)).ToDictionary();

    public static string? Text(IReadOnlyDictionary<string, string?> attributes, string name) =>
        NullIfEmpty(attributes.GetValueOrDefault(name));

    /// <summary>Whether something stands there that is no whole number: it changes nothing, and is none in what is new.</summary>
    public static bool IsNoNumber(IReadOnlyDictionary<string, string?> attributes, string name) =>
        Text(attributes, name) is not null && Number(attributes, name) is null;

    /// <summary>A whole number, if there is one.</summary>
    public static int? Number(IReadOnlyDictionary<string, string?> attributes, string name) =>
        int.TryParse(attributes.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static bool Flag(IReadOnlyDictionary<string, string?> attributes, string name) => attributes.GetValueOrDefault(name) == "true";

    public static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    public static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    public static long? Milliseconds(DateTime? utc) =>
        utc is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeMilliseconds() : null;
}
