using System.Diagnostics;
using System.Globalization;

namespace GuacAspire.Bench.Boot;

/// <summary>What /proc says of processes.</summary>
internal static class Processes
{
    /// <summary>Every process with its parent.</summary>
    public static IReadOnlyDictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(id, "stat") is { Length: > 0 } stat
                // The name, in parentheses, may hold anything.
                && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [_, var parent, ..])
                parents[id] = int.Parse(parent, CultureInfo.InvariantCulture);
        }

        return parents;
    }

    public static bool IsBelow(int id, int ancestor, IReadOnlyDictionary<int, int> parents)
    {
        for (var current = id; current > 1; current = parents.GetValueOrDefault(current))
        {
            if (current == ancestor)
                return true;
        }

        return false;
    }

    public static string CommandLine(int id) => Read(id, "cmdline").Replace('\0', ' ');

    /// <summary>Resident bytes, and those with what is shared divided among who shares it.</summary>
    public static (long Resident, long Proportional) Memory(int id)
    {
        var lines = Read(id, "smaps_rollup").Split('\n');
        return (Bytes("Rss:"), Bytes("Pss:"));

        long Bytes(string field) => lines.FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024
            : 0;
    }

    /// <summary>Sends what Ctrl-C sends.</summary>
    public static void Interrupt(int id)
    {
        using var kill = Process.Start("kill", ["-INT", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
