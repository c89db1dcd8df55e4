using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Desktops;

internal sealed partial class DesktopsOptionsValidator : IValidateOptions<DesktopsOptions>
{
    // The round is taken four times in that.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Decade = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, DesktopsOptions options)
    {
        var errors = Check(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(DesktopsOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Image))
            yield return "Desktops:Image is missing: the name of the desktops' image (build Images/blender and name it here).";
        if (!InstanceName().IsMatch(options.Instance))
            yield return "Desktops:Instance must be 1 to 63 lower-case letters, digits or hyphens: it tells this system's containers from others'.";
        if (options.Max < 1)
            yield return $"Desktops:Max is {options.Max}; it must be at least 1.";
        if (options.PoolSize < 0)
            yield return $"Desktops:PoolSize is {options.PoolSize}; it must be 0 (no pool) or more.";
        if (options.PoolMaxAge <= TimeSpan.Zero || options.PoolPause < TimeSpan.Zero)
            yield return "Desktops:PoolMaxAge must be longer than nothing, and PoolPause not less.";
        if (options.MaxPerOwner < 1)
            yield return $"Desktops:MaxPerOwner is {options.MaxPerOwner}; it must be at least 1.";
        if (!ByteSize.TryParse(options.Memory, out var memory) || memory < 256L << 20)
            yield return $"Desktops:Memory is '{options.Memory}'; it must be a size of at least 256m, such as 3g.";
        if (!ByteSize.TryParse(options.ReservedMemory, out _))
            yield return $"Desktops:ReservedMemory is '{options.ReservedMemory}'; it must be a size, such as 1280m, or 0.";
        if (options.MinFree is { } floor && !ByteSize.TryParse(floor, out _))
            yield return $"Desktops:MinFree is '{options.MinFree}'; it must be a size, such as 256m, or 0.";
        if (!ByteSize.TryParse(options.SavesMaxBytes, out var saves) || saves < 1)
            yield return $"Desktops:SavesMaxBytes is '{options.SavesMaxBytes}'; it must be a size such as 10g.";
        if (options.Cpus is not >= 0.1)
            yield return $"Desktops:Cpus is {options.Cpus}; it must be at least 0.1.";
        if (options.MemoryOversubscription is not > 0 || options.CpuOversubscription is not > 0)
            yield return "Desktops:MemoryOversubscription and CpuOversubscription must be more than 0; 1 promises nothing twice.";
        if (options.Pids < 64)
            yield return $"Desktops:Pids is {options.Pids}; Blender and its X server need at least 64.";
        if (!Resolution().IsMatch(options.Resolution))
            yield return $"Desktops:Resolution is '{options.Resolution}'; it must look like 1280x800.";
        if (!Resolution().IsMatch(options.MaxResolution))
            yield return $"Desktops:MaxResolution is '{options.MaxResolution}'; it must look like 1920x1200.";
        if (!IPNetwork.TryParse(options.Subnets, out var subnets) || subnets.PrefixLength > 24
            || subnets.BaseAddress.GetAddressBytes().Length != 4)
            yield return $"Desktops:Subnets is '{options.Subnets}'; it must be an IPv4 network of /24 or larger, such as 10.213.0.0/16.";
        if (options.EngineTimeout <= TimeSpan.Zero)
            yield return $"Desktops:EngineTimeout is {options.EngineTimeout}; it must be longer than nothing.";
        if (options.LaunchTimeout <= TimeSpan.Zero || options.SaveTimeout <= TimeSpan.Zero || options.ReconcileInterval <= TimeSpan.Zero)
            yield return "Desktops:LaunchTimeout, SaveTimeout and ReconcileInterval must be longer than nothing.";
        if (options.CheckpointInterval < TimeSpan.Zero || options.IdleTimeout < TimeSpan.Zero || options.MaxLifetime < TimeSpan.Zero)
            yield return "Desktops:CheckpointInterval, IdleTimeout and MaxLifetime must not be negative; 0 means never.";
        if (options.SaveWarning < TimeSpan.Zero || options.CullInterval <= TimeSpan.Zero || options.CullInterval > TimeSpan.FromDays(1))
            yield return "Desktops:SaveWarning must not be negative, and CullInterval longer than nothing and at most a day.";
        if (options.CheckpointInterval > TimeSpan.Zero && options.CheckpointInterval < Shortest)
            yield return $"Desktops:CheckpointInterval is {options.CheckpointInterval}; it must be 0 (never) or at least {Shortest}.";
        if (options.MaxMeshBytes < 1)
            yield return $"Desktops:MaxMeshBytes is {options.MaxMeshBytes}; it must be at least 1.";
        if (options.TicketLifetime <= TimeSpan.Zero)
            yield return $"Desktops:TicketLifetime is {options.TicketLifetime}; it must be longer than nothing.";
        if (options.Remembrance < TimeSpan.Zero)
            yield return $"Desktops:Remembrance is {options.Remembrance}; it must not be negative.";
        foreach (var (option, value, longest) in Lengths(options))
        {
            if (value > longest)
                yield return $"Desktops:{option} is {value}; it must be at most {longest.TotalDays:0} days.";
        }

        if (options.SavesKept < 1 || options.SavesMaxAge <= TimeSpan.Zero || options.GuestSavesMaxAge < TimeSpan.Zero)
            yield return "Desktops:SavesKept must be at least 1, SavesMaxAge longer than nothing, and GuestSavesMaxAge not negative.";
    }

    // Nothing here is ever meant to be longer, and what runs or reckons with it could not.
    private static IEnumerable<(string Option, TimeSpan Value, TimeSpan Longest)> Lengths(DesktopsOptions options) =>
    [
        (nameof(options.EngineTimeout), options.EngineTimeout, Day),
        (nameof(options.LaunchTimeout), options.LaunchTimeout, Day),
        (nameof(options.SaveTimeout), options.SaveTimeout, Day),
        (nameof(options.ReconcileInterval), options.ReconcileInterval, Day),
        (nameof(options.PoolPause), options.PoolPause, Day),
        (nameof(options.PoolMaxAge), options.PoolMaxAge, Decade),
        (nameof(options.CheckpointInterval), options.CheckpointInterval, Decade),
        (nameof(options.IdleTimeout), options.IdleTimeout, Decade),
        (nameof(options.MaxLifetime), options.MaxLifetime, Decade),
        (nameof(options.SaveWarning), options.SaveWarning, Decade),
        (nameof(options.SavesMaxAge), options.SavesMaxAge, Decade),
        (nameof(options.GuestSavesMaxAge), options.GuestSavesMaxAge, Decade),
        (nameof(options.TicketLifetime), options.TicketLifetime, Decade),
        (nameof(options.Remembrance), options.Remembrance, Decade),
    ];

    [GeneratedRegex("^[a-z0-9-]{1,63}$")]
    private static partial Regex InstanceName();

    [GeneratedRegex("^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$")]
    private static partial Regex Resolution();
}
