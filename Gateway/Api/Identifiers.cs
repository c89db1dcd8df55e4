using System.Globalization;

namespace GuacAspire.Gateway.Api;

/// <summary>Identifiers of connections, groups and sharing profiles are numbers written as text; the root group is <c>ROOT</c>.</summary>
internal static class Identifiers
{
    public const string Root = "ROOT";

    public static bool TryParse(string? identifier, out int id) =>
        int.TryParse(identifier, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    public static int Require(string identifier) => TryParse(identifier, out var id) ? id : throw GuacamoleException.NotFound(identifier);

    public static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    public static string Parent(int? id) => id is { } parent ? Text(parent) : Root;
}
