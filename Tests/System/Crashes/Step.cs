using System.Text.RegularExpressions;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>A change that the Provisioner asks of the engine or of Guacamole, by the request that asks for it.</summary>
internal static partial class Step
{
    public const string Claim = "claim";
    public const string Network = "network";
    public const string Guacd = "guacd";
    public const string Container = "container";
    public const string Start = "start";
    public const string Raise = "raise";
    public const string Connection = "connection";
    public const string User = "user";
    public const string Grant = "grant";
    public const string End = "end";
    public const string ContainerGone = "container gone";
    public const string GuacdGone = "guacd gone";
    public const string NetworkGone = "network gone";
    public const string ClaimGone = "claim gone";
    public const string ConnectionGone = "connection gone";
    public const string UserGone = "user gone";

    private static readonly (string Method, string Path, string Step)[] All =
    [
        ("POST", "/volumes/create", Claim),
        ("POST", "/networks/create", Network),
        ("POST", "/networks/*/connect", Guacd),
        ("POST", "/containers/create", Container),
        ("POST", "/containers/*/start", Start),
        ("POST", "/containers/*/update", Raise),
        ("DELETE", "/containers/*", ContainerGone),
        ("POST", "/networks/*/disconnect", GuacdGone),
        ("DELETE", "/networks/*", NetworkGone),
        ("DELETE", "/volumes/*", ClaimGone),
        ("POST", "/data/mysql/connections", Connection),
        ("POST", "/data/mysql/users", User),
        ("PATCH", "/data/mysql/users/*/permissions", Grant),
        ("DELETE", "/data/mysql/connections/*", ConnectionGone),
        ("DELETE", "/data/mysql/users/*", UserGone),
    ];

    private static readonly (string Method, Regex Path, string Step)[] Patterns =
        [.. All.Select(
            one => (one.Method, new Regex(Regex.Escape(one.Path).Replace(@"\*", "[^/]+", StringComparison.Ordinal) + "$"), one.Step))];

    public static string? Of(string method, string path, string body)
    {
        var step = Patterns.FirstOrDefault(one => one.Method == method && one.Path.IsMatch(path)).Step;
        // Two records are kept in the same way.
        return step == Claim && body.Contains("\"guacaspire.role\":\"end\"", StringComparison.Ordinal) ? End : step;
    }

    /// <summary>The desktop that a request is about; the Provisioner's probes of the wall are about none.</summary>
    public static string? DesktopIn(string text) => Desktop().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    public static string? OwnerIn(string body) => Owner().Match(body) is { Success: true } match ? match.Groups["owner"].Value : null;

    [GeneratedRegex("(guacaspire-|desktop-|\"name\":\")(?!wall)(?<id>[a-z2-7]{20})(?![a-z2-7])", RegexOptions.ExplicitCapture)]
    private static partial Regex Desktop();

    [GeneratedRegex("\"guacaspire.owner\":\"(?<owner>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Owner();
}
