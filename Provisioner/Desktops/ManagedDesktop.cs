using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>
/// One desktop as this process knows it. What must outlive the process stands on its container, its claim and in Guacamole.
/// </summary>
internal sealed class ManagedDesktop : IDisposable
{
    private readonly Lock _lock = new();
    private readonly DesktopFeed _feed;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _admission = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stop = new();
    private TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ManagedDesktop(DesktopClaim claim, DesktopFeed feed, TimeProvider time)
    {
        (Claim, _feed, _time) = (claim, feed, time);
        // One that an earlier process has made is as old as its claim; a clock that was set back since makes nothing younger than new.
        var age = time.GetUtcNow() - claim.CreatedAt;
        Since = time.GetTimestamp() - (long)(Math.Max(0, age.TotalSeconds) * time.TimestampFrequency);
        Current = new(
            claim.Id, claim.Owner, claim.Mesh, DesktopState.Pending, null, 0, null, claim.CreatedAt, null, null, null, null,
            FileName: claim.FileName);
    }

    public DesktopClaim Claim { get; }

    public string Id => Claim.Id;

    /// <summary>The present state, as everybody else sees it.</summary>
    public Desktop Current { get; private set; }

    /// <summary>When it was asked for, by the clock that nobody can set.</summary>
    public long Since { get; }

    /// <summary>When it became ready, by the clock that nobody can set; before everything else where an earlier process has made it.</summary>
    public long? ReadySince { get; private set; }

    /// <summary>When it became stopped or failed, by the clock that nobody can set.</summary>
    public long? OverTimestamp { get; private set; }

    /// <summary>Cancelled when somebody wants it gone, which also ends its launch.</summary>
    public CancellationToken StopRequested => _stop.Token;

    /// <summary>Completes when its launch goes on by itself; false when it came to nothing before, and the desktop is forgotten.</summary>
    public Task<bool> Admission => _admission.Task;

    /// <summary>Completes when it is stopped or failed.</summary>
    public Task Over => _over.Task;

    /// <summary>Completes when the stop that was asked for last has come to nothing.</summary>
    public Task Kept => _kept.Task;

    /// <summary>
    /// Whether there was a save of which nobody knows that its file has come to us: Blender holds what it has written to be saved, and may
    /// be wrong.
    /// </summary>
    public bool IsInDoubt { get; set; }

    /// <summary>When it was saved last, or could not be, by the clock that nobody can set; null for not by this process.</summary>
    public long? SaveTriedAt { get; set; }

    /// <summary>Taken by whoever changes the desktop: a launch, a save, a repair, a stop.</summary>
    public SemaphoreSlim Exclusive { get; } = new(1, 1);

    public DesktopAddress? Address { get; set; }

    /// <summary>What its agent has said last; null when nobody has asked it yet.</summary>
    public HeardStatus? Heard { get; set; }

    /// <summary>When somebody last saw whether its Blender has lost what it had open; by the clock that nobody can set.</summary>
    public long? LookedAfterAt { get; set; }

    /// <summary>When its owner last got a ticket, and so was about to come; by the clock that nobody can set.</summary>
    public long? TicketAt { get; set; }

    /// <summary>Whether it came from the pool, with an empty Blender that only has to open the mesh.</summary>
    public bool IsWarm { get; set; }

    /// <summary>What it was in the pool, for as long as it may go back there; null if it comes from nowhere.</summary>
    public PoolMember? Member { get; set; }

    /// <summary>How large a screen was asked for with the launch. No more than a wish, and forgotten with the process.</summary>
    public ScreenSize? ScreenWish { get; set; }

    /// <summary>Guacamole's identifier of the connection.</summary>
    public string? Connection { get; set; }

    /// <summary>The password of the desktop's Guacamole user; null when another process has set it.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// When its Blender, having ended, last came back by itself, as far as its owner has been told; by the clock that only goes forward.
    /// </summary>
    public long? ResumedAt { get; set; }

    /// <summary>How often its Blender has lost what it had open, and been given it again, without having been well for long since.</summary>
    public int Revivals { get; set; }

    /// <summary>When that was done last, by the clock that only goes forward.</summary>
    public long? RevivedAt { get; set; }

    public void Admit(bool isAdmitted) => _admission.TrySetResult(isAdmitted);

    public void Enter(LaunchStep step) =>
        Change(desktop => desktop with { State = step.State, Step = step.Name, Percent = step.Percent, Message = step.Message });

    /// <summary>Reports progress within a step.</summary>
    public void Progress(int percent, string message) =>
        Change(desktop => desktop with { Percent = Math.Max(desktop.Percent, percent), Message = message });

    /// <summary>Ends a launch well, unless somebody wants the desktop gone by now.</summary>
    public bool TryBecomeReady(string message, DateTimeOffset? readyAt = null, DateTimeOffset? savedAt = null)
    {
        if (_stop.IsCancellationRequested)
            return false;
        ReadySince ??= readyAt is null ? _time.GetTimestamp() : long.MinValue;
        return Change(desktop => desktop with
        {
            State = DesktopState.Ready,
            Step = null,
            Percent = 100,
            Message = message,
            ReadyAt = desktop.ReadyAt ?? readyAt ?? _time.GetUtcNow(),
            SavedAt = savedAt ?? desktop.SavedAt,
        });
    }

    public bool TryBecome(DesktopState state, string message) =>
        Change(desktop => desktop with { State = state, Step = null, Message = message });

    public void Saved(DateTimeOffset at)
    {
        IsInDoubt = false;
        SaveTriedAt = _time.GetTimestamp();
        var now = _time.GetUtcNow();
        Change(desktop => desktop with { SavedAt = at < now ? at : now, SaveFault = null });
    }

    public void NotSaved(string reason) => Change(desktop => desktop with { SaveFault = reason });

    /// <summary>Says what its owner should know of what was opened.</summary>
    public void Notify(string? notice) => Change(desktop => desktop with { Notice = notice });

    /// <summary>Says whether it is recorded, and to its owner why that has changed where nobody asked for it.</summary>
    public void Records(DateTimeOffset? since, string? why = null) =>
        Change(desktop => desktop with { RecordingSince = since, Message = why ?? desktop.Message });

    /// <summary>Says how long it still has.</summary>
    public void Expires(DateTimeOffset? at, DateTimeOffset? idleSince, string? warning) =>
        Change(desktop => desktop with { ExpiresAt = at, IdleSince = idleSince, Warning = warning });

    /// <summary>Says that it is to be gone. True for the first who asks.</summary>
    public bool RequestStop(string message)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || Current.State.IsOver())
                return false;
            _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Change(desktop => desktop with { Message = message });
        }

        // Outside of the lock: whoever waits for this token runs at once.
        _stop.Cancel();
        return true;
    }

    /// <summary>Goes on with a desktop that should have stopped and must not.</summary>
    public void Keep(string message)
    {
        lock (_lock)
        {
            _stop = new();
            Change(desktop => desktop with { State = DesktopState.Ready, Step = null, Message = message });
            _kept.TrySetResult();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        Exclusive.Dispose();
    }

    private bool Change(Func<Desktop, Desktop> change)
    {
        lock (_lock)
        {
            var next = change(Current);
            if (Current.State.IsOver() || (next.State != Current.State && !Current.State.CanBecome(next.State)))
                return false;
            // What changes nothing is no news.
            if (next == Current)
                return true;
            Current = next;
            // Published under the lock, so that nobody sees changes in another order.
            _feed.Publish(next);
            if (!next.State.IsOver())
                return true;
            OverTimestamp = _time.GetTimestamp();
            _over.TrySetResult();
            return true;
        }
    }
}
