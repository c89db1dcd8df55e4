using System.Globalization;
using System.Security.Cryptography;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>
/// How long is waited at most, for what takes so long on a machine of the usual size: on one that is slower, or busy, as much longer as it is
/// slower. No more than a bound on what hangs: nothing that is right becomes wrong, or the other way round, by its length.
/// </summary>
internal static class AtMost
{
    // What a machine of the usual size needs for the piece of work below when it has nothing else to do.
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(200);

    // Beyond that something else is wrong.
    private const double Greatest = 12;

    private static readonly Lock Measuring = new();
    private static long _measuredAt;

    /// <summary>How many times slower than usual this machine has been so far in this run; 1 where it is as quick, or quicker.</summary>
    public static double Slowness { get; private set; } = Began();

    public static TimeSpan Seconds(double usual) => TimeSpan.FromSeconds(usual) * Current();

    public static TimeSpan Minutes(double usual) => Seconds(60 * usual);

    /// <summary>The same as Playwright has it.</summary>
    public static float Milliseconds(float usual) => (float)(usual * Current());

    /// <summary>Another job may have come since: then there is more time than there seemed to be.</summary>
    private static double Current()
    {
        lock (Measuring)
        {
            if (TimeProvider.System.GetElapsedTime(_measuredAt) > TimeSpan.FromSeconds(20))
                Slowness = Math.Max(Slowness, Measure());
            return Slowness;
        }
    }

    private static double Began()
    {
        // The first time all is compiled on the way.
        Measure();
        return Math.Max(Measure(), FromOutside());
    }

    /// <summary>What ./test has measured, while everything else was quiet or was not.</summary>
    private static double FromOutside() =>
        double.TryParse(Environment.GetEnvironmentVariable("GUACASPIRE_SLOWNESS"), CultureInfo.InvariantCulture, out var slowness)
            ? Math.Clamp(slowness, 1, Greatest)
            : 1;

    /// <summary>On two cores at once, as the system itself needs them: one that is taken is half of the machine.</summary>
    private static double Measure()
    {
        var began = TimeProvider.System.GetTimestamp();
        var work = Enumerable.Range(0, 2).Select(_ => new Thread(Work)).ToArray();
        Array.ForEach(work, thread => thread.Start());
        Array.ForEach(work, thread => thread.Join());
        _measuredAt = TimeProvider.System.GetTimestamp();
        return Math.Clamp(TimeProvider.System.GetElapsedTime(began, _measuredAt) / Usual, 1, Greatest);
    }

    private static void Work()
    {
        var block = new byte[1 << 16];
        for (var round = 0; round < 3000; round++)
            SHA256.HashData(block, block.AsSpan(0, 32));
    }
}
