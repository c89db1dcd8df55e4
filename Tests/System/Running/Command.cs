using System.Diagnostics;

namespace GuacAspire.Tests.EndToEnd.Running;

/// <summary>A command that ends by itself.</summary>
internal static class Command
{
    /// <summary>Runs it; one that fails fails the test, with what it said.</summary>
    /// <returns>What it wrote to its standard output.</returns>
    public static async Task<string> RunAsync(
        string command, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"'{command} {string.Join(' ', arguments)}' has failed ({process.ExitCode}): {await output}\n{await errors}");
        return await output;
    }
}
