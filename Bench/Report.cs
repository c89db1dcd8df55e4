namespace GuacAspire.Bench;

/// <summary>Replaces one section of docs/benchmarks.md: from its heading to the next.</summary>
internal static class Report
{
    public static async Task WriteAsync(string heading, string text)
    {
        var file = Path.Combine(Folders.Repository, "docs", "benchmarks.md");
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file) : "# Benchmarks\n\nWritten by `Bench/`; each section states the machine that it was measured on.\n";
        var section = $"## {heading}\n\n{text.Trim()}\n";
        var start = before.IndexOf($"## {heading}\n", StringComparison.Ordinal);
        if (start < 0)
        {
            await File.WriteAllTextAsync(file, $"{before.TrimEnd()}\n\n{section}");
            return;
        }

        var end = before.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, before[..start] + section + (end < 0 ? "" : before[end..]));
    }
}
