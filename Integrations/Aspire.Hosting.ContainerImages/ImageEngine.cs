using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Aspire.Hosting.ContainerImages;

/// <summary>An image that could not be made; the message says why, in a line.</summary>
internal sealed class ImageException(string message) : Exception(message);

/// <summary>An image as the engine has it.</summary>
internal sealed record FoundImage(string Id, DateTimeOffset Created, string? Inputs);

/// <summary>Runs the container engine's command line, which knows contexts, credentials and BuildKit.</summary>
internal static class ImageEngine
{
    private const int LinesKept = 40;

    /// <summary>Looks an image up; <see langword="null"/> where the engine does not have it.</summary>
    public static async Task<FoundImage?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        // One field a line: labels may hold anything but that.
        const string Format = "{{.Id}}\n{{.Created}}\n{{with .Config}}{{with .Labels}}{{index . \"" + ImageRecipe.InputsLabel + "\"}}{{end}}{{end}}";
        var code = await StartAsync(
            new ImageCommand("docker", ["image", "inspect", "--format", Format, reference], Directory.GetCurrentDirectory()),
            lines.Add, cancellationToken).ConfigureAwait(false);
        if (code == 0 && lines is [var id, var created, ..])
        {
            return new FoundImage(
                id, DateTimeOffset.Parse(created, CultureInfo.InvariantCulture), lines is [_, _, { Length: > 0 } inputs, ..] ? inputs : null);
        }

        return lines.Exists(line => line.Contains("No such image", StringComparison.OrdinalIgnoreCase))
            ? null
            : throw new ImageException($"the container engine does not answer: {Reason(lines)}");
    }

    /// <summary>Runs a command to its end, line by line; kills it, and what it has started, when nobody waits any more.</summary>
    /// <exception cref="ImageException">It could not be started, or failed.</exception>
    public static async Task RunAsync(ImageCommand command, Action<string> tell, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        var code = await StartAsync(
            command,
            line =>
            {
                last.Enqueue(line);
                if (last.Count > LinesKept)
                    last.Dequeue();
                tell(line);
            },
            cancellationToken).ConfigureAwait(false);
        if (code != 0)
            throw new ImageException(Reason([.. last]));
    }

    /// <summary>The line that says best why something failed: apt's, the shell's or BuildKit's own, not the frame that BuildKit draws around it.</summary>
    internal static string Reason(IReadOnlyList<string> lines) =>
        lines.LastOrDefault(line => line.Contains("no space left", StringComparison.OrdinalIgnoreCase)) is { } full
            ? $"{full.Trim()} (make room: docker system df, df -h)"
            : lines.LastOrDefault(line => line.Contains(" E: ", StringComparison.Ordinal) || line.StartsWith("E: ", StringComparison.Ordinal))
            ?? lines.LastOrDefault(line => line.StartsWith("ERROR", StringComparison.Ordinal))
            ?? lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line))
            ?? "it said nothing";

    private static async Task<int> StartAsync(ImageCommand command, Action<string> tell, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        // Both streams end in one list, in the order of arrival.
        var lines = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new ImageException($"'{command.FileName}' could not be started ({missing.Message}). Install it, then start again.");
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync(cancellationToken).ContinueWith(
            _ => lines.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                tell(line);
            await ended.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        void Take(string? line)
        {
            if (line is not null)
                lines.Writer.TryWrite(line);
        }
    }
}
