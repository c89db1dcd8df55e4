using System.Globalization;

namespace GuacAspire.Bench.Tunnel;

/// <summary>What a process and its children, living and gone, have used, as the kernel counts it.</summary>
internal sealed class ProcessGauge(int processId)
{
    private const double TicksPerSecond = 100;

    /// <summary>Ticks for what the process and the children it has buried have used; nanoseconds for living children, who use little each.</summary>
    public double ProcessorSeconds => (Stat().Sum() / TicksPerSecond) + (Children().Sum(Nanoseconds) / 1e9);

    public double ResidentKiB => Status("VmRSS:");

    /// <summary>The part of it that is mapped from files, mostly code, which processes share.</summary>
    public double MappedKiB => Status("RssFile:");

    private double Status(string name) => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => double.Parse(line[name.Length..^"kB".Length], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private string[] Children() =>
        File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Time in user mode and in the kernel, own and buried children's, after the command's name, which may hold anything.</summary>
    private IEnumerable<double> Stat()
    {
        var text = File.ReadAllText($"/proc/{processId}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ')[11..15].Select(ticks => double.Parse(ticks, CultureInfo.InvariantCulture));
    }

    private static double Nanoseconds(string child)
    {
        try
        {
            return double.Parse(File.ReadAllText($"/proc/{child}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just been buried, and counts there.
            return 0;
        }
    }
}
