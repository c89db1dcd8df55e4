using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Whose a container, a network or a process is: which AppHost (by its path) and which run of it (by its process).</summary>
internal sealed class RunIdentity(IConfiguration configuration)
{
    public const string AppHostLabel = "aspire.apphost";
    public const string OwnerLabel = "aspire.owner";
    public const string ResourceLabel = "aspire.resource";

    public string AppHost { get; } = configuration["AppHost:PathSha256"]![..16].ToLowerInvariant();

    public string Owner { get; } = ProcessIdentity.Of(Environment.ProcessId) ?? $"{Environment.ProcessId}";

    public string Suffix { get; } = Guid.NewGuid().ToString("N")[..8];

    public Dictionary<string, string> Labels(string? resource = null)
    {
        var labels = new Dictionary<string, string> { [AppHostLabel] = AppHost, [OwnerLabel] = Owner };
        if (resource is not null) labels[ResourceLabel] = resource;
        return labels;
    }
}

/// <summary>A process number together with what tells it from a later process of the same number.</summary>
internal static class ProcessIdentity
{
    private static readonly string Boot = File.Exists("/proc/sys/kernel/random/boot_id")
        ? File.ReadAllText("/proc/sys/kernel/random/boot_id")[..8]
        : "";

    public static string? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name stands in brackets and may itself hold spaces and brackets; the start time is the 20th field behind it.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : $"{pid}:{fields[19]}:{Boot}";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static bool IsAlive(string identity) =>
        Pid(identity) is { } pid && (Directory.Exists("/proc/self") ? Of(pid) == identity : Exists(pid));

    public static int? Pid(string identity) =>
        int.TryParse(identity.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static bool Exists(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
