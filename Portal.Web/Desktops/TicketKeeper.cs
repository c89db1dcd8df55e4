using Guacamole.Client;
using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Session;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Revokes the token of every ticket when it expires, unless a tunnel is open under it, and at sign-out in any case.</summary>
internal sealed partial class TicketKeeper(
    GuacamoleClient guacamole, TicketStore tickets, SessionStore sessions, TimeProvider time, ILogger<TicketKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public void Keep(PortalSession session, DesktopTicket ticket) => tickets.Add(ticket.Token, new(session.Id, tickets.Clock.Of(ticket.ExpiresAt)));

    public Task RevokeAsync(DesktopTicket ticket, CancellationToken cancellationToken) => RevokeAsync(ticket.Token, cancellationToken);

    public async Task RevokeAllAsync(string sessionId, CancellationToken cancellationToken)
    {
        foreach (var (token, _) in tickets.All.Where(ticket => ticket.Value.SessionId == sessionId))
            await RevokeAsync(token, cancellationToken);
    }

    /// <summary>One round over the tickets that are due.</summary>
    public async Task RevokeDueAsync(CancellationToken cancellationToken)
    {
        var now = tickets.Clock.Now;
        var due = tickets.All.Where(ticket => ticket.Value.ExpiresAt <= now || !sessions.Has(ticket.Value.SessionId)).ToList();
        foreach (var (token, ticket) in due)
        {
            try
            {
                // One may have come back with a power cut, or have been given as a process was killed, and its session is gone since.
                if (!sessions.Has(ticket.SessionId) || (await guacamole.ListTunnelsAsync(token, cancellationToken)).Count == 0)
                    await RevokeAsync(token, cancellationToken);
            }
            catch (GuacamolePermissionDeniedException)
            {
                // It is worthless already.
                tickets.Remove(token);
            }
            catch (GuacamoleException)
            {
                // Guacamole does not answer: the ticket stays due, and the next round tries again.
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, RevokeDueAsync, LogFailed, stoppingToken);

    private async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        await guacamole.LogoutAsync(token, cancellationToken);
        tickets.Remove(token);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The look at tickets that are due failed")]
    private partial void LogFailed(Exception exception);
}
