using System.Collections.Concurrent;
using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>As much of Guacamole's REST API as the Portal calls; the one password is "right".</summary>
internal sealed class FakeGuacamole : FakeEdge
{
    private int _logins;

    /// <summary>Tokens that somebody has a tunnel open with.</summary>
    public ConcurrentDictionary<string, bool> Tunnels { get; } = new();

    public ConcurrentBag<string> Revoked { get; } = [];

    protected override HttpResponseMessage Answer(EdgeCall call) => (call.Method, call.Path[(call.Path.IndexOf("/api/", StringComparison.Ordinal) + 5)..]) switch
    {
        ("HEAD", "session") => new HttpResponseMessage(HttpStatusCode.Forbidden),
        ("POST", "tokens") => LogIn(call.Body),
        ("GET", "session/tunnels") => Json(Tunnels.ContainsKey(TokenOf(call)) ? ["a-tunnel"] : Array.Empty<string>()),
        ("DELETE", "session") => Revoke(TokenOf(call)),
        _ => new HttpResponseMessage(HttpStatusCode.NotFound),
    };

    private static string TokenOf(EdgeCall call) => call.Headers["Guacamole-Token"];

    private HttpResponseMessage LogIn(string form) => form.Contains("password=right", StringComparison.Ordinal)
        ? Json(new
        {
            authToken = $"LOGIN-{Interlocked.Increment(ref _logins)}",
            username = "ada",
            dataSource = "mysql",
            availableDataSources = new[] { "mysql" },
        })
        : Json(new { message = "Invalid login", type = "INVALID_CREDENTIALS" }, HttpStatusCode.Forbidden);

    private HttpResponseMessage Revoke(string token)
    {
        Revoked.Add(token);
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
