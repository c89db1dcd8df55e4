namespace GuacAspire.Portal.Web.Session;

/// <summary>The body of <c>POST /api/session</c>: an account of Guacamole.</summary>
/// <param name="Username">Its name.</param>
/// <param name="Password">Its password.</param>
internal sealed record SignIn(string? Username, string? Password);

/// <summary>Who one is.</summary>
/// <param name="Username">The Guacamole user name; owner of the desktops and uploads.</param>
/// <param name="Guest">Whether this is a guest, who goes with the session.</param>
/// <param name="CreatedAt">Since when.</param>
internal sealed record SessionInfo(string Username, bool Guest, DateTimeOffset CreatedAt)
{
    public static SessionInfo Of(PortalSession session) => new(session.Username, session.Guest, session.CreatedAt);
}

/// <summary>Which ways in there are.</summary>
/// <param name="Guests">Whether one may try it as a guest.</param>
/// <param name="SignedIn">Whether one has come in already.</param>
internal sealed record SignInMethods(bool Guests, bool SignedIn);
