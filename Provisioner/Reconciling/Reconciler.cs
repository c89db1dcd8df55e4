using System.Diagnostics;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Brings what we believe and what there is together: at start, every few seconds, and when somebody asks.</summary>
internal sealed partial class Reconciler(
    ReconcilePass pass, IHostApplicationLifetime lifetime, IOptions<DesktopsOptions> options, TimeProvider time, ILogger<Reconciler> logger)
    : BackgroundService
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task _present = Task.CompletedTask;
    private Task? _next;
    private string? _fault = "The Provisioner has only just started.";
    private string? _excuse;

    /// <summary>Completes when this process knows every desktop that an earlier one has left.</summary>
    public Task FirstPass => _first.Task;

    /// <summary>Why the last pass failed; null if it did not.</summary>
    public string? Fault => _fault;

    /// <summary>The same for people who wait.</summary>
    public string? Excuse => _excuse;

    /// <summary>Waits for <see cref="FirstPass"/>, but no longer than this.</summary>
    /// <returns>Whether it has come.</returns>
    public async Task<bool> HasLookedAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await FirstPass.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return FirstPass.IsCompleted;
    }

    /// <summary>
    /// Completes with a pass that has begun after it was asked for. All who ask while one goes on are content with the same next one: when
    /// a thousand containers end at once that is two passes.
    /// </summary>
    public Task RunOnceAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return (_next ??= _present = RunNextAsync(_present)).WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // What a pass works with is taken apart next.
        await _present.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Until the first pass has worked nobody can launch, so it is tried more often.
        var eager = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            await RunOnceAsync(stoppingToken);
            await Task.Delay(_first.Task.IsCompleted ? options.Value.ReconcileInterval : eager, time, stoppingToken);
        }
    }

    private async Task RunNextAsync(Task before)
    {
        // Not under the lock of who asks.
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            _next = null;
        await RunAsync(lifetime.ApplicationStopping);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var round = QuietTraces.Begin(nameof(Reconciler));
        try
        {
            await pass.RunAsync(cancellationToken);
            if (_fault is not null)
                LogAgain();
            (_fault, _excuse) = (null, null);
            _first.TrySetResult();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var (reason, trace) = Failure.ForLog(e);
            // The same trouble every few seconds is one line in the log, not hundreds.
            if (reason != _fault)
                LogFailed(trace, reason);
            (_fault, _excuse) = (reason, Failure.Describe(e));
            round?.SetStatus(ActivityStatusCode.Error, reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "Desktops are in order")]
    private partial void LogAgain();

    [LoggerMessage(LogLevel.Warning, "Desktops cannot be looked after now: {Reason}")]
    private partial void LogFailed(Exception? exception, string reason);
}
