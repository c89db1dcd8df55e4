using System.Globalization;

namespace GuacAspire.Bench;

/// <summary>What to measure, where and how often: a word, then <c>--name value</c> pairs.</summary>
internal sealed class BenchOptions(string[] args)
{
    public string What => args.Length > 0 ? args[0] : "";

    public Uri Portal => new(Value("portal") ?? "http://localhost:8080");

    public string Password => Value("password") ?? throw new ArgumentException("--password is missing: the administrator's, as ./run prints it.");

    /// <summary>The folder of the checkout that this one is measured against.</summary>
    public string Before => Path.GetFullPath(
        Value("before") ?? throw new ArgumentException("--before is missing: the folder of another checkout, to measure this one against."));

    public string Mesh => Value("mesh") ?? "watering-can";

    public int Runs => int.Parse(Value("runs") ?? "5", CultureInfo.InvariantCulture);

    public int Cycles => int.Parse(Value("cycles") ?? "100", CultureInfo.InvariantCulture);

    /// <summary>The image of MySQL; by default the one that the system has built.</summary>
    public string? Image => Value("image");

    /// <summary>Whether this part of a benchmark is wanted; all are by default.</summary>
    public bool Includes(string part) => Value("only") is not { } parts || parts.Split(',').Contains(part);

    /// <summary>Whether the result goes into docs/benchmarks.md; <c>--write no</c> only shows it.</summary>
    public bool Writes => Value("write") != "no";

    private string? Value(string name)
    {
        var index = Array.IndexOf(args, $"--{name}");
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
