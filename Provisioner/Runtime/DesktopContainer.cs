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
internal sealed record DesktopRemains(string Id, DesktopClaim? Claim, ContainerPhase? Container, bool HasNetwork);
