namespace GuacAspire.Provisioner.Launching;

/// <summary>A step of a launch: its name, the state that the desktop is in meanwhile, and what has been done when it begins.</summary>
internal sealed record LaunchStep(string Name, DesktopState State, int Percent, string Message)
{
    public static readonly LaunchStep Admit = new("admit", DesktopState.Pending, 2, "Finding a place for your desktop");
    public static readonly LaunchStep Create = new("create", DesktopState.Starting, 5, "Preparing a private Blender");
    public static readonly LaunchStep Start = new("start", DesktopState.Starting, 10, "Starting Blender");
    public static readonly LaunchStep Open = new("open", DesktopState.Opening, 60, "Opening the mesh in Blender");
    public static readonly LaunchStep Connect = new("connect", DesktopState.Connecting, 90, "Connecting the desktop");
}
