namespace GuacAspire.Portal.Web;

/// <summary>The section <c>Portal</c> of the configuration.</summary>
internal sealed class PortalOptions
{
    /// <summary>Whether one may sign in without an account; unset means in Development only.</summary>
    public bool? Guests { get; set; }

    /// <summary>
    /// Addresses and networks of proxies whose X-Forwarded-* headers count, separated by commas; there may be one behind the other. Who can
    /// be a visitor should not be among them.
    /// </summary>
    public string TrustedProxies { get; set; } = "127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16";

    /// <summary>Where sessions and uploads live; unset means below the user's local application data.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>A session that nobody has used for so long has ended.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(12);

    /// <summary>The largest mesh that may be uploaded.</summary>
    public long MaxUploadBytes { get; set; } = 200L << 20;

    /// <summary>
    /// How much of the disk stays free of saved work; uploads, which their owners still have elsewhere, leave four times as much free.
    /// Unset means 256 MiB, or a sixteenth of a disk that is smaller than 4 GiB.
    /// </summary>
    public long? MinFreeBytes { get; set; }

    /// <summary>How many uploads one owner may keep.</summary>
    public int MaxUploadsPerOwner { get; set; } = 40;

    /// <summary>Guest sign-ins per address and minute.</summary>
    public int GuestsPerMinute { get; set; } = 30;

    /// <summary>Launches per address and minute.</summary>
    public int LaunchesPerMinute { get; set; } = 60;

    /// <summary>Attempts to come by a link, per address and minute. Whoever waits for an owner tries every two seconds.</summary>
    public int RedemptionsPerMinute { get; set; } = 600;

    /// <summary>Failed account sign-ins per address and minute.</summary>
    public int FailedLoginsPerMinute { get; set; } = 10;
}
