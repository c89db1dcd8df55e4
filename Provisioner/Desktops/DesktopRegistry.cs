using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>
/// All desktops that this process knows: admits new ones within the limits, and remembers those that are over for a while.
/// </summary>
internal sealed class DesktopRegistry(
    DesktopIds ids, DesktopFeed feed, WarmPool pool, DrainSwitch drain, IOptions<DesktopsOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ManagedDesktop> _desktops = [];
    private readonly HashSet<string> _known = [];
    private bool _closed;

    /// <summary>The machine that desktops run on; null until it has been measured.</summary>
    public MachineSize? Machine { get; set; }

    /// <summary>Takes a place for a new desktop, or finds the one that the same launch has made already.</summary>
    /// <exception cref="LimitReachedException">There is no place.</exception>
    public (ManagedDesktop Desktop, bool IsNew) Admit(LaunchRequest request)
    {
        lock (_lock)
        {
            if (_closed)
                throw new ProblemException(
                    StatusCodes.Status503ServiceUnavailable, "The system is stopping", "No desktop can be started any more.");
            if (_desktops.Values.FirstOrDefault(known => IsSameLaunch(known, request)) is { } first)
                return (first, false);
            Limit.Check(Limits(request.Owner), options.Value);
            return (AddLocked(request), true);
        }
    }

    /// <summary>Gives a launch another desktop than the one that it was given first; its place it keeps.</summary>
    public ManagedDesktop Replace(ManagedDesktop desktop, LaunchRequest request)
    {
        lock (_lock)
        {
            _desktops.Remove(desktop.Id);
            feed.Forget(desktop.Id);
            return AddLocked(request);
        }
    }

    /// <summary>Takes up a desktop that an earlier process made, whatever the limits are now.</summary>
    public ManagedDesktop Adopt(DesktopClaim claim)
    {
        lock (_lock)
        {
            var desktop = AddLocked(claim);
            // The process before may have been killed in the midst of a save.
            desktop.IsInDoubt = true;
            desktop.Admit(isAdmitted: true);
            return desktop;
        }
    }

    /// <summary>Whether somebody waits for a desktop now.</summary>
    public bool IsLaunching
    {
        get
        {
            lock (_lock)
                return _desktops.Values.Any(desktop => desktop.Current.State.IsLaunching());
        }
    }

    public ManagedDesktop? Find(string id)
    {
        lock (_lock)
            return _desktops.GetValueOrDefault(id);
    }

    /// <summary>Whether it is launching, in use, or about to end.</summary>
    public bool IsAlive(string id) => Find(id) is { } desktop && !desktop.Current.State.IsOver();

    /// <summary>Whether this process has ever had this desktop, even if it has refused or forgotten it since.</summary>
    public bool HasKnown(string id)
    {
        lock (_lock)
            return _known.Contains(id);
    }

    public IReadOnlyList<ManagedDesktop> List(string? owner = null)
    {
        lock (_lock)
            return [.. _desktops.Values.Where(
                desktop => owner is null || desktop.Claim.Owner == owner).OrderBy(desktop => desktop.Claim.CreatedAt)];
    }

    public Limits Limits(string? owner)
    {
        lock (_lock)
        {
            var living = _desktops.Values.Where(desktop => !desktop.Current.State.IsOver()).ToList();
            var limits = Limit.Report(living, owner, pool.Available, Machine, options.Value, time.GetUtcNow());
            return drain.Order is null ? limits : Limit.Drained(limits);
        }
    }

    /// <summary>Admits nobody from now on.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    public void Forget(ManagedDesktop desktop)
    {
        lock (_lock)
            _desktops.Remove(desktop.Id);
        feed.Forget(desktop.Id);
    }

    public void ForgetOld()
    {
        var before = time.GetUtcNow() - options.Value.Remembrance;
        foreach (var desktop in List().Where(desktop => desktop.OverSince < before))
            Forget(desktop);
    }

    private static bool IsSameLaunch(ManagedDesktop desktop, LaunchRequest request) =>
        desktop.Claim.Owner == request.Owner
        && (request.IdempotencyKey is { Length: > 0 } key
            ? desktop.Claim.IdempotencyKey == key
            : desktop.Claim.Mesh == request.Mesh && desktop.Current.State.IsLaunching() && !desktop.StopRequested.IsCancellationRequested);

    private ManagedDesktop AddLocked(LaunchRequest request)
    {
        // Under this lock, so that a desktop is always either in the pool or here.
        var member = pool.Take();
        // Another process has claimed it, and a round has found that claim and taken it up here: it is somebody's already.
        while (member is not null && _desktops.ContainsKey(member.Id))
            member = pool.Take();
        var id = member?.Id ?? ids.Create();
        var desktop = AddLocked(
            new DesktopClaim(id, request.Owner, request.Mesh, request.FileName, request.IdempotencyKey, time.GetUtcNow()));
        desktop.Address = member?.Address;
        desktop.IsWarm = member is not null;
        desktop.ScreenWish = request is { Width: { } width, Height: { } height } ? new(width, height) : null;
        return desktop;
    }

    private ManagedDesktop AddLocked(DesktopClaim claim)
    {
        var desktop = new ManagedDesktop(claim, feed, time);
        _desktops.Add(claim.Id, desktop);
        _known.Add(claim.Id);
        return desktop;
    }
}
