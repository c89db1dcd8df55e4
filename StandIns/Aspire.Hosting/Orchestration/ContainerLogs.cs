using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Docker.DotNet;

namespace Aspire.Hosting.Orchestration;

internal static class ContainerLogs
{
    /// <summary>Copies what a container writes to its resource's log, until it ends or the engine goes; answers up to when it came.</summary>
    public static async Task<DateTimeOffset?> CopyAsync(
        ContainerEngine engine, string id, IResource resource, ResourceLoggerService loggers, DateTimeOffset? since,
        CancellationToken cancellationToken)
    {
        try
        {
            var from = (since - DateTimeOffset.UnixEpoch)?.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture);
            using var stream = await engine.Client.Containers.GetContainerLogsAsync(id, tty: false,
                new() { Follow = true, ShowStdout = true, ShowStderr = true, Since = from }, cancellationToken).ConfigureAwait(false);
            var output = new Lines(line => loggers.Write(resource, line));
            var error = new Lines(line => loggers.Write(resource, line, isError: true));
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
                if (read.EOF) break;
                since = DateTimeOffset.UtcNow;
                (read.Target == MultiplexedStream.TargetStream.StandardError ? error : output).Add(buffer.AsSpan(0, read.Count));
            }

            output.End();
            error.End();
        }
        catch (Exception failure) when (failure is DockerApiException or HttpRequestException or IOException or OperationCanceledException
            or TimeoutException)
        {
            // Without its container a log has nothing more to say.
        }

        return since;
    }

    private sealed class Lines(Action<string> write)
    {
        private const int Longest = 64 * 1024;
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private readonly StringBuilder _line = new();

        public void Add(ReadOnlySpan<byte> bytes)
        {
            Span<char> characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            foreach (var c in characters[.._decoder.GetChars(bytes, characters, flush: false)])
            {
                if (c == '\n' || _line.Length == Longest) Write();
                if (c is not ('\n' or '\r')) _line.Append(c);
            }
        }

        public void End()
        {
            if (_line.Length > 0) Write();
        }

        private void Write()
        {
            write(_line.ToString());
            _line.Clear();
        }
    }
}
