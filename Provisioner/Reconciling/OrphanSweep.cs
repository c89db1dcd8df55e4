using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Stopping;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Removes what this instance has left and no desktop owns. What does not carry this instance's mark is never touched.</summary>
internal sealed partial class OrphanSweep(
    DesktopRegistry registry, WarmPool pool, DesktopIds ids, DesktopRemover remover, GuestAccounts guests, ILogger<OrphanSweep> logger)
{
    public async Task SweepAsync(
        IEnumerable<DesktopRemains> remains, IEnumerable<DesktopRemains> notUnderstood, Registrations? registrations, long lookedAt,
        CancellationToken cancellationToken)
    {
        var left = remains.Select(one => one.Id);
        if (registrations is not null)
        {
            var users = registrations.Users.Keys.Select(DesktopAccess.DesktopOf).OfType<string>();
            left = left.Concat(registrations.Connections.Keys.Concat(users).Where(ids.IsOwn));
        }

        foreach (var id in left.Except(notUnderstood.Select(one => one.Id)).Where(id => IsOrphan(id, lookedAt)))
        {
            if (await remover.RemoveAsync(id))
                LogRemoved(id);
        }

        foreach (var guest in registrations is null ? [] : guests.Expired(registrations.Users))
        {
            if (await guests.RemoveAsync(guest, cancellationToken))
                LogGuestRemoved(guest);
        }
    }

    // What ended after the look was there then, and has been removed since.
    private bool IsOrphan(string id, long lookedAt) =>
        !pool.Holds(id) && (registry.Find(id) is not { } desktop || desktop.OverTimestamp < lookedAt);

    [LoggerMessage(LogLevel.Information, "Removed what was left of desktop {Id}")]
    private partial void LogRemoved(string id);

    [LoggerMessage(LogLevel.Information, "Removed expired guest {Username}")]
    private partial void LogGuestRemoved(string username);
}
