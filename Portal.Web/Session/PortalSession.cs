using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Somebody who has signed in. Kept on the server; the browser holds nothing but a random key to it.</summary>
/// <param name="Id">The hash of the key in the browser's cookie.</param>
/// <param name="Username">The Guacamole user name.</param>
/// <param name="Guest">Whether the user is an ephemeral one that goes with the session.</param>
/// <param name="CreatedAt">When it began.</param>
internal sealed record PortalSession(string Id, string Username, bool Guest, DateTimeOffset CreatedAt)
{
    /// <summary>When it ended; what is left to do is to clean up after it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The session of an authenticated request.</summary>
    public static ValueTask<PortalSession> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.GetRequiredFeature<PortalSession>());

    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, Username)], scheme));
}
