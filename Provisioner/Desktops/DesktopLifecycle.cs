namespace GuacAspire.Provisioner.Desktops;

/// <summary>Which state may follow which.</summary>
internal static class DesktopLifecycle
{
    public static bool IsOver(this DesktopState state) => state is DesktopState.Stopped or DesktopState.Failed;

    public static bool IsLaunching(this DesktopState state) => state < DesktopState.Ready;

    public static bool IsUsable(this DesktopState state) => state is DesktopState.Ready or DesktopState.Saving;

    public static bool CanBecome(this DesktopState from, DesktopState to) => (from, to) switch
    {
        (DesktopState.Stopped or DesktopState.Failed, _) => false,
        (_, DesktopState.Stopped or DesktopState.Failed) => true,
        (DesktopState.Ready, DesktopState.Saving) or (DesktopState.Saving, DesktopState.Ready) => true,
        // A launch goes forward only. It may stay in a state for more than one step, and skip states when it is resumed.
        ( < DesktopState.Ready, <= DesktopState.Ready) => to >= from,
        _ => false,
    };
}
