using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Api;

/// <summary>Checks the token before anything else below <c>/api/session</c>, then the data source, then what the client accepts.</summary>
internal sealed class SessionGate(RequestDelegate next, SessionStore sessions)
{
    private static readonly PathString Api = "/api";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Api, out var rest))
            return next(context);
        if (rest.StartsWithSegments("/session", out var below))
        {
            var session = sessions.Find(Token(context.Request)) ?? throw GuacamoleException.NoSession();
            context.Features.Set(session);
            RequireDataSource(session, below);
        }
        if (!AcceptsJson(context.Request))
            throw new GuacamoleException(StatusCodes.Status406NotAcceptable, "BAD_REQUEST", "Only application/json can be had here.");
        return next(context);
    }

    /// <summary>The header wins over the query.</summary>
    private static string? Token(HttpRequest request) =>
        request.Headers.TryGetValue("Guacamole-Token", out var header) && !string.IsNullOrEmpty(header)
            ? header
            : request.Query["token"].FirstOrDefault();

    private static void RequireDataSource(Session session, PathString path)
    {
        var segments = path.Value?.Split('/') ?? [];
        if (segments is [_, "data" or "ext", { Length: > 0 } source, ..] && !session.DataSources.Contains(source))
            throw GuacamoleException.Missing($"Session not associated with authentication provider \"{source}\".");
        if (segments is [_, "ext", { Length: > 0 }, ..])
            throw GuacamoleException.Missing("No such resource.");
    }

    private static bool AcceptsJson(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Count == 0 || accepted.Any(type => type.Quality is null or > 0
            && (type.MatchesAllTypes || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
                && (type.MatchesAllSubTypes || type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)))));
    }
}
