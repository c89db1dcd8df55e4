using Guacamole.Client;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Sharing;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Removes what this instance has left and no desktop owns. What does not carry this instance's mark is never touched.</summary>
internal sealed partial class OrphanSweep(
    DesktopRegistry registry, WarmPool pool, DesktopIds ids, DesktopRemover remover, GuestAccounts guests, ShareStore shares,
    ILogger<OrphanSweep> logger)
{
    private const int AtOnce = 4;

    public async Task SweepAsync(
        IEnumerable<DesktopRemains> remains, IEnumerable<DesktopRemains> notUnderstood, Registrations? registrations, long lookedAt,
        CancellationToken cancellationToken)
    {
        // A link may be all that a kill in the midst of a removal has left.
        var left = remains.Select(one => one.Id).Concat(shares.All.Select(link => link.Desktop));
        if (registrations is not null)
        {
            var users = registrations.Users.Keys.Select(DesktopAccess.DesktopOf).OfType<string>();
            left = left.Concat(registrations.Connections.Keys.Concat(users).Where(ids.IsOwn));
        }

        var orphans = left.Except(notUnderstood.Select(one => one.Id)).Where(id => IsOrphan(id, lookedAt)).ToList();
        await Rounds.EachAsync(orphans, AtOnce, (id, _) => RemoveAsync(id), LogNotRemoved, cancellationToken);
        var expired = registrations is null ? [] : guests.Expired(registrations.Users).Where(guest => !HasDesktops(guest)).ToList();
        await Rounds.EachAsync(expired, AtOnce, RemoveGuestAsync, LogNotRemoved, cancellationToken);
    }

    private async Task RemoveAsync(string id)
    {
        if (await remover.RemoveAsync(id))
            LogRemoved(id);
    }

    private async Task RemoveGuestAsync(string guest, CancellationToken cancellationToken)
    {
        if (await guests.RemoveAsync(guest, cancellationToken))
            LogGuestRemoved(guest);
    }

    private bool HasDesktops(string owner) => registry.List(owner).Any(desktop => !desktop.Current.State.IsOver());

    // Guacamole's own troubles are everybody's, and told where they are met first.
    private void LogNotRemoved(string name, Exception e) => LogNotRemoved(e is GuacamoleException ? null : e, name, e.Message);

    // What ended after the look was there then, and has been removed since. The pool is asked twice, as one may go back there in between.
    private bool IsOrphan(string id, long lookedAt) =>
        !pool.Holds(id) && (registry.Find(id) is not { } desktop || desktop.OverTimestamp < lookedAt) && !pool.Holds(id);

    [LoggerMessage(LogLevel.Information, "Removed what was left of desktop {Id}")]
    private partial void LogRemoved(string id);

    [LoggerMessage(LogLevel.Warning, "{Name} could not be removed yet: {Reason}")]
    private partial void LogNotRemoved(Exception? exception, string name, string reason);

    [LoggerMessage(LogLevel.Information, "Removed expired guest {Username}")]
    private partial void LogGuestRemoved(string username);
}
