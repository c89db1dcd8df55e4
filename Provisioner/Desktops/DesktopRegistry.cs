using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.ServiceDefaults;
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

    // Those that were here, and since when they are not.
    private readonly Dictionary<string, long> _former = [];
    private HashSet<string> _awaited = [];
    private bool _closed;

    /// <summary>Guests who are gone, and for whom nothing is begun or kept any more.</summary>
    public DepartedOwners Departed { get; } = new(time);

    /// <summary>Who has wasted desktops of the pool.</summary>
    public PoolAllowance Allowance { get; } = new(time);

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
            if (Departed.Has(request.Owner))
                throw new ProblemException(StatusCodes.Status410Gone, "This guest is gone", "Sign in again to open a mesh.");
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
            ForgetLocked(desktop);
            return AddLocked(request);
        }
    }

    /// <summary>
    /// Takes back a desktop that nobody has got: it was not claimed, and nothing was done to it. One of the pool goes back there.
    /// </summary>
    public void GiveBack(ManagedDesktop desktop)
    {
        lock (_lock)
        {
            ForgetLocked(desktop);
            // Whoever stops a desktop removes it.
            if (desktop.Member is not { } member || desktop.StopRequested.IsCancellationRequested)
                return;
            _former.Remove(desktop.Id);
            pool.Put(member);
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

    /// <summary>Whether somebody waits for a desktop now. Who only begins launches and lets go of them keeps nobody waiting.</summary>
    public bool IsLaunching
    {
        get
        {
            lock (_lock)
            {
                return _desktops.Values.Any(
                    desktop => desktop.Current.State.IsLaunching() && !Allowance.IsUsedUp(desktop.Claim.Owner));
            }
        }
    }

    public ManagedDesktop? Find(string id)
    {
        lock (_lock)
            return _desktops.GetValueOrDefault(id);
    }

    /// <summary>Whether it is launching, in use, or about to end, as far as this process has taken it up.</summary>
    public bool IsLiving(string id) => Find(id) is { } desktop && !desktop.Current.State.IsOver();

    /// <summary>
    /// Whether what belongs to it has to be kept: it lives, or it is somebody's and this process has not been able yet to take it up.
    /// </summary>
    public bool IsNeeded(string id) => IsLiving(id) || _awaited.Contains(id);

    /// <summary>Whether this process has had this desktop, even if it has refused or forgotten it since.</summary>
    public bool HasKnown(string id)
    {
        lock (_lock)
            return _desktops.ContainsKey(id) || _former.ContainsKey(id);
    }

    /// <summary>Says which desktops of an earlier process are somebody's and wait to be taken up.</summary>
    public void Await(IEnumerable<string> ids) => _awaited = ids.ToHashSet();

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
            ForgetLocked(desktop);
    }

    public void ForgetOld()
    {
        foreach (var desktop in List().Where(
            desktop => desktop.OverTimestamp is { } over && time.GetElapsedTime(over) > options.Value.Remembrance))
        {
            Forget(desktop);
        }
    }

    /// <summary>Forgets also that desktops were ever here of which nothing was left, a while later, when somebody looked.</summary>
    /// <param name="left">Those of which something was left.</param>
    /// <param name="lookedAt">When that was, by the clock that nobody can set.</param>
    public void ForgetFormer(IReadOnlySet<string> left, long lookedAt)
    {
        lock (_lock)
        {
            foreach (var id in _former.Where(one => IsPast(one.Value) && !left.Contains(one.Key)).Select(one => one.Key).ToList())
                _former.Remove(id);
        }

        // An engine that was away may still do then what it was asked for before.
        bool IsPast(long since) => time.GetElapsedTime(since, lookedAt) > options.Value.EngineTimeout;
    }

    private static bool IsSameLaunch(ManagedDesktop desktop, LaunchRequest request) =>
        desktop.Claim.Owner == request.Owner
        && (request.IdempotencyKey is { Length: > 0 } key
            ? desktop.Claim.IdempotencyKey == key
            : desktop.Claim.Mesh == request.Mesh && desktop.Claim.Resume == request.Resume
                && desktop.Current.State.IsLaunching() && !desktop.StopRequested.IsCancellationRequested);

    private ManagedDesktop AddLocked(LaunchRequest request)
    {
        // Under this lock, so that a desktop is always either in the pool or here.
        var member = Take(request.Owner);
        // Another process has claimed it, and a round has found that claim and taken it up here: it is somebody's already.
        while (member is not null && _desktops.ContainsKey(member.Id))
            member = Take(request.Owner);
        var id = member?.Id ?? ids.Create();
        var desktop = AddLocked(new DesktopClaim(
            id, request.Owner, request.Mesh, request.FileName, request.IdempotencyKey, time.GetUtcNow(), request.Resume));
        desktop.Address = member?.Address;
        desktop.Member = member;
        desktop.IsWarm = member is not null;
        desktop.ScreenWish = request is { Width: { } width, Height: { } height } ? new(width, height) : null;
        return desktop;
    }

    private ManagedDesktop AddLocked(DesktopClaim claim)
    {
        var desktop = new ManagedDesktop(claim, feed, time);
        _desktops.Add(claim.Id, desktop);
        return desktop;
    }

    private PoolMember? Take(string owner) => Allowance.IsUsedUp(owner) ? null : pool.Take();

    private void ForgetLocked(ManagedDesktop desktop)
    {
        if (_desktops.Remove(desktop.Id))
            _former[desktop.Id] = time.GetTimestamp();
        feed.Forget(desktop.Id);
    }
}
