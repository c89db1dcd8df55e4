namespace GuacAspire.Provisioner.Runtime;

/// <summary>A desktop's container as the runtime sees it.</summary>
internal sealed record DesktopContainer(ContainerPhase Phase, long ExitCode = 0, bool OutOfMemory = false);

/// <summary>Where a container is in its life.</summary>
internal enum ContainerPhase
{
    /// <summary>Made, never started.</summary>
    Created,

    Running,

    /// <summary>Ended, or about to be removed.</summary>
    Ended,
}

/// <summary>What is there of one desktop: all of it, or what a crash has left.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Claim">Whose it is; null for a desktop of the pool.</param>
/// <param name="Container">Where its container is; null when there is none.</param>
/// <param name="HasNetwork">Whether its network exists.</param>
/// <param name="Pool">When and from what it was made for the pool; null if it was not.</param>
/// <param name="Stop">That it is to be gone; null as long as nobody has asked for that.</param>
internal sealed record DesktopRemains(
    string Id, DesktopClaim? Claim, ContainerPhase? Container, bool HasNetwork, PoolMark? Pool = null, StopMark? Stop = null);

/// <summary>A stop that somebody has asked for.</summary>
/// <param name="Discard">Whether nothing is to be saved before.</param>
internal sealed record StopMark(bool Discard);

/// <summary>What a container that was made for the pool says of itself.</summary>
internal sealed record PoolMark(string Template, DateTimeOffset CreatedAt);

/// <summary>A desktop to be made.</summary>
/// <param name="Id">Its name.</param>
/// <param name="CreatedAt">When it was wanted.</param>
/// <param name="Template">What it is made from, if it is made for the pool; null if it is made for somebody.</param>
/// <param name="Screen">How large its screen is, in pixels; null for the size that <see cref="DesktopsOptions.Resolution"/> names.</param>
internal sealed record NewDesktop(string Id, DateTimeOffset CreatedAt, string? Template = null, ScreenSize? Screen = null);
