using System.Text.Json;
using GuacAspire.Provisioner.Culling;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Draining;

/// <summary>
/// Holds whether this machine is to be emptied. That is written down before it is true, and true until somebody takes it back: a machine that
/// was drained for its repair is not filled by its restart.
/// </summary>
internal sealed partial class DrainSwitch : IDisposable
{
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger<DrainSwitch> _logger;
    private readonly Lock _lock = new();
    private volatile DrainOrder? _order;

    // By the clock that nobody can set: who sets it back must not give people another day.
    private long _began;
    private TimeSpan _within;
    private volatile CancellationTokenSource _begun = new();

    public DrainSwitch(IOptions<DesktopsOptions> options, TimeProvider time, ILogger<DrainSwitch> logger)
    {
        (_time, _logger) = (time, logger);
        _file = Path.Combine(options.Value.Store, "drain.json");
        _order = Read(options.Value);
        if (_order is not { } order)
            return;
        Count(order.Until - time.GetUtcNow());
        _begun.Cancel();
        LogDrained(order.Since);
    }

    /// <summary>Null when launches are admitted.</summary>
    public DrainOrder? Order => _order;

    /// <summary>Whether a drain goes on and people's time is over.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
                return _order is not null && Left <= TimeSpan.Zero;
        }
    }

    private TimeSpan Left => _within - _time.GetElapsedTime(_began);

    /// <summary>Cancelled as soon as a drain begins: what nobody waits for need not be finished.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Admits no launches from now on. What was asked for before holds on; people's time can only become shorter.</summary>
    public DrainOrder Begin(TimeSpan? within, TimeSpan otherwise)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var known = _order;
            var next = known is null ? new(now, now + (within ?? otherwise))
                : within is { } time && time < Left ? known with { Until = now + time }
                : known;
            if (next == known)
                return next;
            Write(next);
            _order = next;
            Count(next.Until - now);
            // Whoever hears of it runs elsewhere, and not under this lock.
            _ = _begun.CancelAsync();
            LogBegun(next.Until);
            return next;
        }
    }

    /// <summary>Admits launches again. False when they were all the time.</summary>
    public bool End()
    {
        lock (_lock)
        {
            if (_order is null)
                return false;
            File.Delete(_file);
            _order = null;
            _begun = new();
            LogEnded();
            return true;
        }
    }

    /// <summary>How long a desktop has, given how long it would have otherwise.</summary>
    public Term Bound(Term term) =>
        _order is { } order && (term.Warning is null || term.ExpiresAt is null || term.ExpiresAt > order.Until)
            ? term with { ExpiresAt = order.Until, Warning = CullReason.Drain, IsOver = false }
            : term;

    public void Dispose() => _begun.Dispose();

    private void Count(TimeSpan within) =>
        (_began, _within) = (_time.GetTimestamp(), within < DrainKeeper.Longest ? within : DrainKeeper.Longest);

    private void Write(DrainOrder order)
    {
        WholeFolder.Create(Path.GetDirectoryName(_file)!);
        WholeFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(order));
    }

    private DrainOrder? Read(DesktopsOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<DrainOrder>(File.ReadAllBytes(_file)) ?? throw new JsonException("It says nothing.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Somebody has wanted it, and whoever works in a desktop has the whole time to end that.
            LogUnreadable(e.Message);
            return new(_time.GetUtcNow(), _time.GetUtcNow() + options.SaveWarning);
        }
    }

    [LoggerMessage(LogLevel.Information, "Draining: no launches are admitted, and every desktop is saved and removed by {Until:u}")]
    private partial void LogBegun(DateTimeOffset until);

    [LoggerMessage(LogLevel.Information, "The drain is over: launches are admitted")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Warning, "Drained since {Since:u}: no launches are admitted until DELETE /drain")]
    private partial void LogDrained(DateTimeOffset since);

    [LoggerMessage(LogLevel.Warning, "What is written of a drain cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
