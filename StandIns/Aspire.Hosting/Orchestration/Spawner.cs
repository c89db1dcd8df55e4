using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Starts processes from one thread that lives as long as the AppHost, since the kernel's "signal me when my parent dies" means that
/// thread. With it services end even where the AppHost is killed outright.
/// </summary>
internal static class Spawner
{
    private const string SetPriv = "/usr/bin/setpriv";

    private static readonly BlockingCollection<Action> Work = [];
    private static readonly string[] Prefix = File.Exists(SetPriv) ? [SetPriv, "--pdeathsig", "TERM", "--"] : [];

    static Spawner() => new Thread(() =>
    {
        foreach (var action in Work.GetConsumingEnumerable()) action();
    })
    { IsBackground = true, Name = "Spawner" }.Start();

    public static int Start(
        IReadOnlyList<string> command, string directory, IEnumerable<string> environment, SafeHandle output, SafeHandle error)
    {
        var executable = Find(command[0], directory) ?? throw new IOException("no such program");
        var pid = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                pid.SetResult(NativeProcess.Start([.. Prefix, executable, .. command.Skip(1)], directory, environment, output, error));
            }
            catch (Exception failure)
            {
                pid.SetException(failure);
            }
        });
        return pid.Task.GetAwaiter().GetResult();
    }

    private static string? Find(string program, string directory)
    {
        if (program.Contains('/'))
        {
            var path = Path.GetFullPath(program, directory);
            return File.Exists(path) ? path : null;
        }

        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
    }
}
