namespace GuacAspire.Bench;

internal static class Machine
{
    /// <summary>The machine in a few words: numbers mean nothing without it.</summary>
    public static string Describe()
    {
        var model = Field("/proc/cpuinfo", "model name");
        var memory = Field("/proc/meminfo", "MemTotal");
        return $"{Environment.ProcessorCount} cores of {model}, {memory}, {Environment.OSVersion.VersionString}, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC";
    }

    private static string Field(string file, string name) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "?" : "?";
}
