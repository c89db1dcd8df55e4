using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.Provisioner.Telemetry;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Draining;

/// <summary>Empties this machine when that is asked for: people are told at once, and stopped when their time is over.</summary>
internal sealed partial class DrainKeeper(
    DrainSwitch drain,
    DesktopRegistry registry,
    DesktopCuller culler,
    DesktopStopper stopper,
    PoolKeeper pool,
    Reconciler reconciler,
    ProvisionerMetrics metrics,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DrainKeeper> logger) : BackgroundService
{
    /// <summary>The longest time that people can be given.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // What could not be stored a moment ago cannot be now, and Blender stands still for every attempt.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, long> _tried = [];
    private readonly Lock _lock = new();

    /// <summary>Begins a drain, or has one that goes on try at once what it could not do before.</summary>
    public void Begin(TimeSpan? within)
    {
        drain.Begin(within, options.Value.SaveWarning);
        lock (_lock)
            _tried.Clear();
        RunOnce();
        pool.Poke();
    }

    public void End()
    {
        if (!drain.End())
            return;
        culler.TellAll();
        pool.Poke();
    }

    /// <summary>One look at everybody who is still there.</summary>
    public void RunOnce()
    {
        if (drain.Order is null)
            return;
        culler.TellAll();
        if (!drain.IsDue)
            return;
        foreach (var desktop in registry.List().Where(desktop => !desktop.Current.State.IsOver() && IsDue(desktop.Id)))
        {
            // In what is still launched nobody has worked yet: there is nothing to save.
            if (stopper.Begin(desktop, discard: desktop.Current.State.IsLaunching(), "This system is being emptied."))
                metrics.Culled(CullReason.Drain);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await reconciler.FirstPass.WaitAsync(stoppingToken);
        await Rounds.AtOnceAndEveryAsync(Interval, time, RunOnce, LogFailed, stoppingToken);
    }

    private bool IsDue(string id)
    {
        lock (_lock)
        {
            if (_tried.TryGetValue(id, out var at) && time.GetElapsedTime(at) < Pause)
                return false;
            foreach (var gone in _tried.Keys.Where(one => !registry.IsLiving(one)).ToList())
                _tried.Remove(gone);
            _tried[id] = time.GetTimestamp();
            return true;
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at what is left of a drain failed")]
    private partial void LogFailed(Exception exception);
}
