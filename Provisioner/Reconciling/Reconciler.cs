using System.Diagnostics;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Brings what we believe and what there is together: at start, every few seconds, and when somebody asks.</summary>
internal sealed partial class Reconciler(
    ReconcilePass pass, IOptions<DesktopsOptions> options, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _fault = "The Provisioner has only just started.";
    private string? _excuse;

    /// <summary>Completes when this process knows every desktop that an earlier one has left.</summary>
    public Task FirstPass => _first.Task;

    /// <summary>Why the last pass failed; null if it did not.</summary>
    public string? Fault => _fault;

    /// <summary>The same for people who wait.</summary>
    public string? Excuse => _excuse;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
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
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
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

    [LoggerMessage(LogLevel.Information, "Desktops are in order")]
    private partial void LogAgain();

    [LoggerMessage(LogLevel.Warning, "Desktops cannot be looked after now: {Reason}")]
    private partial void LogFailed(Exception? exception, string reason);
}
