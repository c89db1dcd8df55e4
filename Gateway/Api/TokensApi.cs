using System.Text;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;

namespace GuacAspire.Gateway.Api;

/// <summary><c>/api/tokens</c> and <c>/api/session</c>: signing in and out.</summary>
internal static class TokensApi
{
    public static IEndpointRouteBuilder MapTokensApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tokens", SignInAsync);
        api.MapDelete("/tokens/{token}", SignOutAsync);
        api.MapMethods("/session", [HttpMethods.Head], () => TypedResults.NoContent());
        api.MapDelete("/session", EndSessionAsync);
        return api;
    }

    private static async Task<IResult> SignInAsync(HttpContext context, Authenticator authenticator, SessionStore sessions, ShareKeys keys)
    {
        var request = context.Request;
        if (!request.HasFormContentType)
            throw GuacamoleException.BadRequest("Credentials are sent as application/x-www-form-urlencoded.");
        var form = await request.ReadFormAsync(context.RequestAborted);
        string? Parameter(string name) => form.TryGetValue(name, out var value) || request.Query.TryGetValue(name, out value)
            ? value.ToString()
            : null;

        var (username, password) = (Parameter("username"), Parameter("password"));
        if (username is null && password is null)
            (username, password) = Basic(request.Headers.Authorization);

        var credentials = new Credentials(username, password)
        {
            NewPassword = Parameter("new-password"),
            ConfirmNewPassword = Parameter("confirm-new-password"),
            Data = Parameter("data"),
            Address = RemoteAddress.Parsed(context),
            IsEmpty = username is null && password is null && form.Count == 0 && request.Query.Count == 0,
        };
        var share = keys.Find(Parameter("key"));
        if (sessions.Find(Parameter("token")) is { } session)
            await authenticator.RevalidateAsync(session, credentials, context.RequestAborted);
        else
            session = await EnterAsync(authenticator, credentials, isGuest: share is not null, context.RequestAborted);
        if (share is not null)
            session.AddShare(share);
        return DirectoryApi.Ok(new ApiAuthentication(session.Token, session.Username, session.DataSource, session.DataSources));
    }

    // Who holds the key of a share is a guest, unless he turns out to be somebody.
    private static async Task<Session> EnterAsync(
        Authenticator authenticator, Credentials credentials, bool isGuest, CancellationToken cancel)
    {
        if (isGuest && credentials is { Username: null, Password: null })
            return authenticator.SignInAnonymously(credentials);
        try
        {
            return await authenticator.SignInAsync(credentials, cancel);
        }
        catch (GuacamoleException e) when (isGuest && e.Type == "INVALID_CREDENTIALS")
        {
            return authenticator.SignInAnonymously(credentials);
        }
    }

    private static async Task<IResult> SignOutAsync(string token, SessionStore sessions) =>
        await sessions.EndAsync(token) ? TypedResults.NoContent() : throw GuacamoleException.Missing("No such token.");

    private static async Task<IResult> EndSessionAsync(Session session, SessionStore sessions)
    {
        await sessions.EndAsync(session.Token);
        return TypedResults.NoContent();
    }

    private static (string? Username, string? Password) Basic(string? header)
    {
        if (header is null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return (null, null);
        var encoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), encoded, out var length))
            throw GuacamoleException.BadRequest("The Authorization header is malformed.");
        var text = Encoding.UTF8.GetString(encoded, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, null) : (text[..colon], text[(colon + 1)..]);
    }
}
