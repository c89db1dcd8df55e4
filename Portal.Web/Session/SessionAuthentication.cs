using System.Text.Encodings.Web;
using GuacAspire.Portal.Web.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Recognizes a session by the key in its cookie; answers 401 in words where one is needed.</summary>
internal sealed class SessionAuthentication(
    SessionStore sessions,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "PortalSession";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Cookies.TryGetValue(SessionCookie.Name, out var key) || sessions.Find(key) is not { } session)
            return Task.FromResult(AuthenticateResult.NoResult());

        Context.Features.Set(session);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(session.ToPrincipal(SchemeName), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Refusals.NoSession().ExecuteAsync(Context);
}
