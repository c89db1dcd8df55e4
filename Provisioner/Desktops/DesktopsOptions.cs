namespace GuacAspire.Provisioner.Desktops;

/// <summary>The section <c>Desktops</c>: how many desktops, how large, and where.</summary>
internal sealed class DesktopsOptions
{
    public const string Section = "Desktops";

    /// <summary>The image that every desktop is made from; it must be on the engine already.</summary>
    public string Image { get; set; } = "";

    /// <summary>Tells this system's containers from those of others on the same engine.</summary>
    public string Instance { get; set; } = "";

    /// <summary>The value of the label <c>guacaspire.guacd</c> on the container of guacd; <see cref="Instance"/> if empty.</summary>
    public string Guacd { get; set; } = "";

    /// <summary>How many desktops stand ready with an empty Blender, so that a launch need not wait for one to start.</summary>
    public int PoolSize { get; set; } = 2;

    /// <summary>A desktop that has stood ready for so long is replaced.</summary>
    public TimeSpan PoolMaxAge { get; set; } = TimeSpan.FromHours(6);

    /// <summary>For how long nobody may have launched anything before a desktop for the pool is made.</summary>
    public TimeSpan PoolPause { get; set; } = TimeSpan.FromSeconds(2);

    public int Max { get; set; } = 8;

    public int MaxPerOwner { get; set; } = 3;

    /// <summary>A desktop's memory, for example <c>3g</c> or <c>2048m</c>; its temporary files count as memory too.</summary>
    public string Memory { get; set; } = "3g";

    public double Cpus { get; set; } = 2;

    /// <summary>
    /// What of the machine's memory is no desktop's, for example <c>1280m</c>: everything else that this system runs takes it.
    /// </summary>
    public string ReservedMemory { get; set; } = "0";

    /// <summary>How many times the machine's memory may be promised: few desktops use what they may.</summary>
    public double MemoryOversubscription { get; set; } = 2;

    /// <summary>How many times the machine's processor cores may be promised: most desktops are looked at, not computing.</summary>
    public double CpuOversubscription { get; set; } = 8;

    public int Pids { get; set; } = 512;

    /// <summary>The screen of a desktop that nobody has asked to be of another size.</summary>
    public string Resolution { get; set; } = "1280x800";

    /// <summary>
    /// The largest screen that a window can ask for: Blender draws in software, and every pixel costs. A desktop takes 2560x1600 at most.
    /// </summary>
    public string MaxResolution { get; set; } = "1920x1200";

    /// <summary>Every desktop gets a small network out of this one.</summary>
    public string Subnets { get; set; } = "10.213.0.0/16";

    public long MaxMeshBytes { get; set; } = 256L << 20;

    /// <summary>How long the container engine may take to answer.</summary>
    public TimeSpan EngineTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan LaunchTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a desktop that is being stopped may take to save.</summary>
    public TimeSpan SaveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a desktop with unsaved changes is saved by itself; zero for never.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many saved files are kept of one owner's work on one mesh.</summary>
    public int SavesKept { get; set; } = 5;

    /// <summary>For how long saved files are kept.</summary>
    public TimeSpan SavesMaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>For how long saved files are kept whose guest is gone without having signed out.</summary>
    public TimeSpan GuestSavesMaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether pictures are taken of what is saved, in desktops of their own.</summary>
    public bool Pictures { get; set; } = true;

    /// <summary>
    /// A desktop that nobody looks at, nobody touches and that computes nothing is stopped after so long; zero for never.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A desktop is stopped after so long, whatever it does; zero for never.</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long before such an end its owner is warned.</summary>
    public TimeSpan SaveWarning { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often desktops are asked whether anybody uses them.</summary>
    public TimeSpan CullInterval { get; set; } = TimeSpan.FromSeconds(15);

    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long a desktop that is over can still be asked about.</summary>
    public TimeSpan Remembrance { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where meshes wait to be opened and saved files are kept; below the user's local application data if empty.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// How much of the disk stays free of saved work, for example <c>256m</c>: what a desktop is launched with leaves twice as much free.
    /// Unset means 256 MiB, or a sixteenth of a disk that is smaller than 4 GiB.
    /// </summary>
    public string? MinFree { get; set; }

    /// <summary>How much saved work is kept of one owner in all; the oldest goes first.</summary>
    public string SavesMaxBytes { get; set; } = "10g";

    public string GuacdLabel => Guacd.Length > 0 ? Guacd : Instance;

    public string Store => DataDirectory.Length > 0
        ? Path.GetFullPath(DataDirectory)
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "guacaspire",
            Instance);
}
