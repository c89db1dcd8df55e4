using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Streams of a tunnel that are taken over by REST requests: blobs of a download leave the tunnel here, those of an upload enter it.
/// Instructions are parsed only while there is one.
/// </summary>
internal sealed class StreamInterception(GuacdConnection guacd)
{
    private readonly ConcurrentDictionary<string, InterceptedStream> _streams = new();
    private volatile int _count;
    private volatile bool _isClosed;
    private bool _clientMustAcknowledge;

    public bool IsActive => _count > 0;

    /// <summary>Writes what guacd sends on the stream until it ends.</summary>
    public Task DownloadAsync(int index, Stream output, CancellationToken cancel) =>
        InterceptAsync(new InterceptedStream(Name(index), guacd), stream => stream.DownloadAsync(output, cancel));

    /// <summary>Sends everything to guacd, a blob for each acknowledgement. The client ends the stream, as it began it.</summary>
    public Task UploadAsync(int index, Stream input, CancellationToken cancel) =>
        InterceptAsync(new InterceptedStream(Name(index), guacd), stream => stream.UploadAsync(input, cancel));

    /// <summary>What of guacd's instructions the client is to see.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> FilterAsync(ReadOnlyMemory<byte> instructions)
    {
        var seen = new ArrayBufferWriter<byte>(instructions.Length);
        while (!instructions.IsEmpty)
        {
            if (!InstructionScanner.TryFindFirst(instructions.Span, out var length) || length == 0)
                throw new FormatException("There is no whole instruction.");
            await FilterOneAsync(instructions[..length], seen);
            instructions = instructions[length..];
        }
        return seen.WrittenMemory;
    }

    public void Close()
    {
        _isClosed = true;
        foreach (var stream in _streams.Values)
            stream.Fail(GuacamoleStatus.SessionClosed, "The tunnel has been closed.");
    }

    private async ValueTask FilterOneAsync(ReadOnlyMemory<byte> bytes, ArrayBufferWriter<byte> seen)
    {
        var instruction = Instruction.Parse(bytes.Span);
        var stream = instruction.Arguments.Count > 0 ? _streams.GetValueOrDefault(instruction.Arguments[0]) : null;
        switch (instruction.Opcode)
        {
            case "sync":
                _clientMustAcknowledge = true;
                break;
            case "blob" when stream is not null && instruction.Arguments.Count > 1:
                // After a frame the client itself has to say that it keeps up; otherwise the file would starve the picture.
                var byClient = _clientMustAcknowledge;
                _clientMustAcknowledge = false;
                await stream.ReceiveAsync(instruction.Arguments[1], acknowledge: !byClient);
                if (byClient)
                    Instruction.Write(seen, "blob", stream.Index, "");
                return;
            case "end":
                stream?.End();
                break;
            case "ack" when stream is not null && instruction.Arguments.Count > 2:
                stream.Acknowledged(instruction.Arguments[1], instruction.Arguments[2]);
                break;
            default:
                break;
        }
        seen.Write(bytes.Span);
    }

    private async Task InterceptAsync(InterceptedStream stream, Func<InterceptedStream, Task> run)
    {
        Interlocked.Increment(ref _count);
        _clientMustAcknowledge = true;
        try
        {
            InterceptedStream? before = null;
            _streams.AddOrUpdate(stream.Index, stream, (_, replaced) =>
            {
                before = replaced;
                return stream;
            });
            before?.End();
            if (_isClosed)
                stream.Fail(GuacamoleStatus.SessionClosed, "The tunnel has been closed.");
            await run(stream);
        }
        finally
        {
            _streams.TryRemove(KeyValuePair.Create(stream.Index, stream));
            Interlocked.Decrement(ref _count);
        }
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);
}
