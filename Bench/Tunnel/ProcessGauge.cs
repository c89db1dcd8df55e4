using System.Globalization;

namespace GuacAspire.Bench.Tunnel;

/// <summary>What a process and its children, living and gone, have used, as the kernel counts it.</summary>
internal sealed class ProcessGauge(int processId)
{
    private const double TicksPerSecond = 100;

    public double ProcessorSeconds => Family().Sum(fields => Ticks(fields, 11) + Ticks(fields, 12)) / TicksPerSecond
        + (Stat(processId) is { } own ? (Ticks(own, 13) + Ticks(own, 14)) / TicksPerSecond : 0);

    public double ResidentKiB => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => double.Parse(line["VmRSS:".Length..^"kB".Length], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private IEnumerable<string[]> Family()
    {
        if (Stat(processId) is { } own)
            yield return own;
        var children = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Stat(int.Parse(child, CultureInfo.InvariantCulture)) is { } fields)
                yield return fields;
        }
    }

    /// <summary>The fields after the command's name, which may hold anything.</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Ticks(string[] fields, int index) => double.Parse(fields[index], CultureInfo.InvariantCulture);
}
