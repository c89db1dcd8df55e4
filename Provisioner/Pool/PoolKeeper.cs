using System.Diagnostics;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Pool;

/// <summary>
/// Keeps the pool full: one desktop at a time, and none while somebody's launch is under way. What is sick, outdated, too old or too
/// much is removed.
/// </summary>
internal sealed partial class PoolKeeper(
    WarmPool pool,
    PoolMaker maker,
    IServiceProvider services,
    IDesktopRuntime runtime,
    DrainSwitch drain,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<PoolKeeper> logger) : BackgroundService
{
    private const int AtOnce = 8;

    private readonly Doorbell _poked = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _fault;

    // The registry takes from the pool, so it cannot be asked for where the pool's own parts are made.
    private DesktopRegistry Registry => services.GetRequiredService<DesktopRegistry>();

    private bool IsFull => pool.List().Count >= Target;

    // Room that people need is theirs.
    private int Target => Math.Max(0, Math.Min(options.Value.PoolSize, Registry.Limits(null).Available));

    /// <summary>Has the pool looked after soon.</summary>
    public void Poke() => _poked.Ring();

    /// <summary>Looks at what there is of the pool: takes up what an earlier process has left, lets go of what has died.</summary>
    /// <param name="remains">What there is.</param>
    /// <param name="lookedAt">When that was looked at, by the clock that nobody can set.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task ReviewAsync(IReadOnlyCollection<DesktopRemains> remains, long lookedAt, CancellationToken cancellationToken)
    {
        var unknown = remains.Where(one => one is { Claim: null, Pool: not null } && IsUnknown(one.Id));
        await Rounds.EachAsync(unknown, AtOnce, AdoptAsync, (one, e) => LogNotTended(e, one.Id), cancellationToken);

        var running = remains.Where(one => one.Container == ContainerPhase.Running).Select(one => one.Id).ToHashSet();
        var dead = pool.List().Where(member => member.Address is not null && member.Since < lookedAt && !running.Contains(member.Id));
        await DiscardAsync(dead.Select(member => (member, "it has died")), cancellationToken);
        Poke();
    }

    /// <summary>Ends the pool for good.</summary>
    public async Task CloseAsync()
    {
        await _closed.CancelAsync();
        Poke();
        await _idle.Task;
        foreach (var member in pool.List())
            await DiscardAsync(member, "the system stops", CancellationToken.None);
    }

    public override void Dispose()
    {
        _poked.Dispose();
        _closed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _closed.Token);
        try
        {
            await services.GetRequiredService<Reconciling.Reconciler>().FirstPass.WaitAsync(either.Token);
            while (true)
            {
                await TendAsync(either.Token);
                await _poked.WaitAsync(options.Value.ReconcileInterval, either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // What is half made is removed by its maker; what stands ready is adopted by the next process.
        }
        finally
        {
            _idle.TrySetResult();
        }
    }

    private async Task TendAsync(CancellationToken cancellationToken)
    {
        using var round = QuietTraces.Begin(nameof(PoolKeeper));
        try
        {
            if (options.Value.PoolSize == 0 && pool.List().Count == 0)
                return;
            var template = await runtime.GetTemplateAsync(cancellationToken);
            await WeedAsync(template, cancellationToken);
            while (!IsFull && await IsQuietAsync(cancellationToken))
                await MakeAsync(template, cancellationToken);
            _fault = null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var (reason, trace) = Failure.ForLog(e);
            if (reason != _fault)
                LogFailed(trace, reason);
            _fault = reason;
            round?.SetStatus(ActivityStatusCode.Error, reason);
        }
    }

    private async Task MakeAsync(string template, CancellationToken cancellationToken)
    {
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Begun);
        try
        {
            await maker.MakeAsync(template, wanted.Token);
        }
        catch (OperationCanceledException) when (wanted.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogGivenUp();
        }
    }

    private async Task WeedAsync(string template, CancellationToken cancellationToken)
    {
        var excess = pool.List().Count - Target;
        var judged = pool.List().Select(member => (
            Member: member,
            Reason: member.Mark.Template != template ? "it is outdated"
                : IsOld(member) ? "it has stood ready for too long"
                : excess-- > 0 ? "its place is needed"
                : null)).ToList();
        await DiscardAsync(judged.Where(one => one.Reason is not null).Select(one => (one.Member, one.Reason!)), cancellationToken);
        await Rounds.EachAsync(
            judged.Where(one => one.Reason is null).Select(one => one.Member),
            AtOnce,
            async (member, token) =>
            {
                if (!await maker.IsWellAsync(member.Address!, token))
                    await DiscardAsync(member, "it does not answer as it should", token);
            },
            (member, e) => LogNotTended(e, member.Id),
            cancellationToken);
    }

    // By the date as well, for one that an earlier process has made.
    private bool IsOld(PoolMember member) =>
        time.GetElapsedTime(member.Since) > options.Value.PoolMaxAge || time.GetUtcNow() - member.Mark.CreatedAt > options.Value.PoolMaxAge;

    /// <summary>Whether nobody launches anything, and has not for a moment.</summary>
    private async Task<bool> IsQuietAsync(CancellationToken cancellationToken)
    {
        if (Registry.IsLaunching)
            return false;
        await Task.Delay(options.Value.PoolPause, time, cancellationToken);
        return !Registry.IsLaunching && !IsFull;
    }

    private bool IsUnknown(string id) => !pool.Holds(id) && Registry.Find(id) is null;

    private async Task AdoptAsync(DesktopRemains one, CancellationToken cancellationToken)
    {
        // One that is not whole is left to the sweep, which removes what belongs to nobody.
        if (_closed.IsCancellationRequested || await maker.FindAsync(one, one.Pool!, cancellationToken) is not { } member)
            return;
        // One whose claim has come to nothing meanwhile is back already.
        if (!IsUnknown(one.Id))
            return;
        pool.Put(member);
        LogAdopted(one.Id);
    }

    private Task DiscardAsync(IEnumerable<(PoolMember Member, string Reason)> judged, CancellationToken cancellationToken) =>
        Rounds.EachAsync(
            judged,
            AtOnce,
            (one, token) => DiscardAsync(one.Member, one.Reason, token),
            (one, e) => LogNotTended(e, one.Member.Id),
            cancellationToken);

    private async Task DiscardAsync(PoolMember member, string reason, CancellationToken cancellationToken)
    {
        if (!pool.TryRemove(member.Id))
            return;
        LogDiscarded(member.Id, reason);
        await runtime.RemoveAsync(member.Id, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Took up desktop {Id} for the pool")]
    private partial void LogAdopted(string id);

    [LoggerMessage(LogLevel.Information, "Removing desktop {Id} from the pool: {Reason}")]
    private partial void LogDiscarded(string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} of the pool could not be looked after")]
    private partial void LogNotTended(Exception exception, string id);

    [LoggerMessage(LogLevel.Information, "Gave up making a desktop for the pool, since a drain has begun")]
    private partial void LogGivenUp();

    [LoggerMessage(LogLevel.Warning, "The pool cannot be filled now: {Reason}")]
    private partial void LogFailed(Exception? exception, string reason);
}
