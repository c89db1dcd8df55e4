using GuacAspire.Portal.Web.Desktops;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Begins and ends the session of a browser.</summary>
internal sealed class SignInService(SessionStore sessions, SessionCleaner cleaner, ProvisionerClient provisioner)
{
    /// <summary>Every sign-in is a new session under a new key; the one before it ends.</summary>
    public async Task<PortalSession> BeginAsync(HttpContext context, string username, bool guest)
    {
        await EndAsync(context);
        var (session, key) = sessions.Begin(username, guest);
        SessionCookie.Set(context, key);
        return session;
    }

    public async Task<PortalSession> BeginAsGuestAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // The password is thrown away: a guest's only key is the session.
        var guest = await provisioner.CreateGuestAsync(cancellationToken);
        return await BeginAsync(context, guest.Username, guest: true);
    }

    public async Task EndAsync(HttpContext context)
    {
        if (context.Features.Get<PortalSession>() is not { } session)
            return;
        SessionCookie.Clear(context);
        await cleaner.CleanUpAsync(sessions.End(session), CancellationToken.None);
    }
}
