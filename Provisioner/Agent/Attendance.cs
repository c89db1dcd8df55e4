using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Agent;

/// <summary>
/// In which desktops somebody may be: who is connected, as Guacamole has told last, and who has got a ticket since. Nobody comes without a
/// ticket, so that a visit between two looks is noticed too.
/// </summary>
internal sealed class Attendance(IOptions<DesktopsOptions> options, TimeProvider time)
{
    // Longer ago nobody has told: there is no telling then who is where.
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    private volatile Look? _last;

    /// <param name="connectionsInUse">The connections that somebody looks at; null when Guacamole does not answer.</param>
    /// <param name="at">When that was asked, by the clock that nobody can set.</param>
    public void Note(IReadOnlySet<string>? connectionsInUse, long at) => _last = connectionsInUse is null ? null : new(connectionsInUse, at);

    /// <summary>Its owner gets a ticket.</summary>
    public void Expect(ManagedDesktop desktop) => desktop.TicketAt = time.GetTimestamp();

    /// <summary>Whether somebody is there, is about to come, or has been there since a moment; true also when nobody knows.</summary>
    public bool MayHaveSomebody(ManagedDesktop desktop, long since) =>
        desktop.TicketAt is { } ticket && (ticket >= since || time.GetElapsedTime(ticket) <= options.Value.TicketLifetime)
        || _last is not { } last
        || time.GetElapsedTime(last.At) > Lasting
        // Nothing is known yet of one that has become ready since.
        || desktop.ReadySince is not { } ready
        || ready >= last.At
        || desktop.Connection is not { } connection
        || last.ConnectionsInUse.Contains(connection);

    private sealed record Look(IReadOnlySet<string> ConnectionsInUse, long At);
}
