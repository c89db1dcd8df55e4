using Guacamole.Client;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>Ends links when their time is over, and visits that came to nothing or are over.</summary>
internal sealed partial class ShareKeeper(ShareStore store, ShareLinks links, TimeProvider time, ILogger<ShareKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VisitInterval = TimeSpan.FromSeconds(15);

    private DateTimeOffset _lookedAt;

    /// <summary>One look at all links.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        store.KeepDates();
        var now = store.Clock.Now;
        foreach (var link in store.All.Where(link => link.IsOver(now)))
            await links.TryFinishAsync(link.Id, cancellationToken);
        if (now - _lookedAt < VisitInterval)
            return;
        _lookedAt = now;
        foreach (var link in store.All)
            await ForgetLeftAsync(link, now, cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, RunOnceAsync, LogFailed, stoppingToken);

    private async Task ForgetLeftAsync(ShareLink link, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            // A visitor whose ticket is still good may be about to come.
            await links.ForgetLeftAsync(link, link.Viewers.Where(viewer => viewer.TicketExpiresAt <= now), cancellationToken);
        }
        catch (GuacamoleException)
        {
            // Guacamole does not answer; the next look comes soon.
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at links failed")]
    private partial void LogFailed(Exception exception);
}
