using GuacAspire.Portal.Web.Desktops;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Session;

/// <summary>A guest's account lasts as long as the guest's session: Guacamole alone would let it expire after two days.</summary>
internal sealed partial class GuestKeeper(
    SessionStore sessions, ProvisionerClient provisioner, TimeProvider time, ILogger<GuestKeeper> logger) : BackgroundService
{
    private const int AtOnce = 4;

    // Far less than a day, which is how Guacamole counts.
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, RunOnceAsync, e => LogNotRenewed(e.Message), stoppingToken);

    private Task RunOnceAsync(CancellationToken cancellationToken) => Rounds.EachAsync(
        sessions.Guests().ToList(),
        AtOnce,
        (session, token) => provisioner.RenewGuestAsync(session.Username, token),
        (_, e) => LogNotRenewed(e.Message),
        cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The account of a guest who is still there could not be renewed yet: {Reason}")]
    private partial void LogNotRenewed(string reason);
}
