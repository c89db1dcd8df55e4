using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AppHost;

/// <summary>The orchestrator of this process, as the machine's list of processes has it: two of its own, and some around them.</summary>
/// <param name="Id">The number of its first process, which serves its API.</param>
/// <param name="Configuration">The path of its configuration, which both are started with.</param>
/// <remarks>On Linux, where a process can be asked what it was started for.</remarks>
internal sealed record Orchestrator(int Id, string Configuration)
{
    private const string Program = "dcp";

    private readonly string[] _ids =
        [.. from command in Commands() where command.Words.Contains(Configuration) select command.Id.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Whether the first process has ended. It has no program any more then, also before its parent knows of it.</summary>
    public bool IsGone => new FileInfo($"/proc/{Id}/exe").LinkTarget is null;

    /// <summary>Whether either is left, or one that watches for their end.</summary>
    public bool IsLeft => Commands().Any(command =>
        command.Words.Contains(Configuration) || (After("--monitor", command.Words) is { } watched && _ids.Contains(watched)));

    /// <summary>Finds it; null if it has not been started yet, or cannot be seen here.</summary>
    public static Orchestrator? Find() =>
        (from command in Commands()
             // "dcp start-apiserver --monitor ID …", which ends when the process of that number does; with "--detach" it is to start another.
         where command.Words.Contains("start-apiserver") && !command.Words.Contains("--detach")
             && After("--monitor", command.Words) == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
         let configuration = After("--kubeconfig", command.Words)
         where configuration is not null
         select new Orchestrator(command.Id, configuration)).FirstOrDefault();

    private static string? After(string option, string[] words) => words.SkipWhile(word => word != option).ElementAtOrDefault(1);

    private static IEnumerable<(int Id, string[] Words)> Commands()
    {
        if (!OperatingSystem.IsLinux())
            yield break;
        foreach (var process in Process.GetProcessesByName(Program))
        {
            using (process)
            {
                if (TryRead(process.Id) is { } words)
                    yield return (process.Id, words);
            }
        }
    }

    private static string[]? TryRead(int id)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/cmdline")).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
