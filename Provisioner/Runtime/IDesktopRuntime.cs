namespace GuacAspire.Provisioner.Runtime;

/// <summary>
/// Where desktops run. It knows containers, networks and claims, but neither Blender nor Guacamole nor people. Every call can be made
/// again after a crash in the middle of it: what is there already is found, what is gone already is no error. Nothing here needs a
/// shell in a desktop or a file on the machine that it runs on.
/// </summary>
internal interface IDesktopRuntime
{
    /// <summary>How large the machine is that desktops run on.</summary>
    Task<MachineSize> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Names what a desktop would be made from now: it changes with the image and with every option of a container.</summary>
    Task<string> GetTemplateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the claim: before anything else of a desktop is made, or on a desktop of the pool. Of many who claim the same desktop
    /// exactly one is told true, whatever processes they are in.
    /// </summary>
    Task<bool> ClaimAsync(DesktopClaim claim, CancellationToken cancellationToken);

    /// <summary>Makes a desktop's network and container.</summary>
    Task<DesktopAddress> CreateAsync(NewDesktop desktop, CancellationToken cancellationToken);

    /// <summary>Gives a desktop that was made for the pool, and so behind everybody else, its full share of the processor.</summary>
    Task RaiseAsync(string id, CancellationToken cancellationToken);

    /// <summary>Starts a desktop's container. False if it ran already.</summary>
    Task<bool> StartAsync(string id, CancellationToken cancellationToken);

    /// <summary>Looks at one desktop's container; null when there is none.</summary>
    Task<DesktopContainer?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Where to reach a desktop whose container exists; null when there is none.</summary>
    Task<DesktopAddress?> LocateAsync(string id, CancellationToken cancellationToken);

    /// <summary>Looks at everything that this instance has, whole or in pieces.</summary>
    Task<IReadOnlyCollection<DesktopRemains>> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>Lets guacd into the networks of these desktops, where it is not in them yet. Returns into how many it had to.</summary>
    Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Writes down that a desktop is to be gone, so that after a crash it is not brought back instead.</summary>
    Task MarkStopAsync(string id, StopMark mark, CancellationToken cancellationToken);

    /// <summary>Takes that back.</summary>
    Task UnmarkStopAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes container and network, and keeps the claim, so that they can be made anew.</summary>
    Task DiscardAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes container, network, claim and the mark of a stop, in this order. What cannot be removed now does not keep the rest from it.</summary>
    Task RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Names every desktop whose container ends, and tells of every guacd that starts, which may not be in any desktop's network yet, as it
    /// happens. Returns when the runtime breaks off.
    /// </summary>
    Task WatchAsync(Action<string> ended, Action guacdStarted, CancellationToken cancellationToken);

    /// <summary>How many bytes of memory a desktop holds now; null when it does not run.</summary>
    Task<long?> MeasureMemoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>The last lines that a desktop wrote, for our own log.</summary>
    Task<string> ReadLogTailAsync(string id, CancellationToken cancellationToken);

    /// <summary>What keeps desktops from running, in words; null when nothing does.</summary>
    Task<string?> FindFaultAsync(RuntimePart part, CancellationToken cancellationToken);

    /// <summary>Tries what a desktop must not reach from where a desktop would be. What it does reach, in words; null if nothing.</summary>
    Task<string?> FindHoleAsync(CancellationToken cancellationToken);
}

/// <summary>A machine's memory in bytes, and its processor cores.</summary>
internal sealed record MachineSize(long Memory, long Cores);

/// <summary>What a runtime needs to be of use.</summary>
internal enum RuntimePart
{
    Engine,
    Image,
    Guacd,
}
