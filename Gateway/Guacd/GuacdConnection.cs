using System.Net.Security;
using System.Net.Sockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.Guacd;

/// <summary>A connection to guacd: opened, shaken hands on, then relayed raw.</summary>
internal sealed class GuacdConnection(Socket socket, Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private const int MaxHandshakeBytes = 64 * 1024;
    private const int EnoughToBelieve = 128 * 1024;
    private static readonly byte[] Disconnect = Instruction.ToBytes("disconnect");

    // Not disposed: writers may still be waiting when the connection ends, and without a wait handle it holds nothing.
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _buffer = new byte[4096];
    private int _used;

    public Stream Stream { get; } = stream;

    /// <summary>Whether there are bytes that a read would get at once. Below TLS nobody can tell.</summary>
    public bool HasMore => Stream is NetworkStream && socket.Available > 0;

    /// <summary>guacd's identifier of the running connection, by which others can join it.</summary>
    public string Id { get; private set; } = "";

    public static async Task<GuacdConnection> OpenAsync(GuacdAddress address, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            deadline.CancelAfter(Patience);
            await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (address.Tls)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, deadline.Token);
                stream = tls;
            }
            return new GuacdConnection(socket, stream);
        }
        catch (Exception e) when (
            e is SocketException or OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        {
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw GuacamoleException.Of(
                GuacamoleStatus.ServerError, $"guacd at {address.Host}:{address.Port} does not answer: {e.Message}", e);
        }
    }

    public async Task HandshakeAsync(GuacdRequest request, Action<string> phase, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            await Stream.WriteAsync(Instruction.ToBytes("select", request.Select), deadline.Token);
            phase("guacd.select");
            var args = await ExpectAsync("args", deadline.Token);
            phase("guacd.args");
            await Stream.WriteAsync(request.Answer(args.Arguments), deadline.Token);
            phase("guacd.connect");
            var ready = await ExpectAsync("ready", deadline.Token);
            Id = ready.Arguments.Count > 0
                ? ready.Arguments[0]
                : throw GuacamoleException.Of(GuacamoleStatus.ServerError, "guacd gave the connection no identifier.");
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw GuacamoleException.Of(GuacamoleStatus.UpstreamTimeout, "guacd did not finish its handshake in time.", e);
        }
        catch (Exception e) when (e is IOException or FormatException or ObjectDisposedException)
        {
            throw GuacamoleException.Of(GuacamoleStatus.ServerError, $"The handshake with guacd failed: {e.Message}", e);
        }
    }

    /// <summary>Sends whole instructions; whoever else has some waits.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> instructions)
    {
        await _sending.WaitAsync();
        try
        {
            await Stream.WriteAsync(instructions);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // guacd has gone; whoever reads from it will find out.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Asks for a protocol's arguments and leaves it at that.</summary>
    public async Task ProbeAsync(string protocol, CancellationToken cancel)
    {
        await Stream.WriteAsync(Instruction.ToBytes("select", protocol), cancel);
        await ExpectAsync("args", cancel);
    }

    /// <summary>
    /// guacd is ready before it has reached the desktop. Looks at what follows, without taking it away, until the first picture is
    /// complete, and throws what guacd reports of the desktop in place of one.
    /// </summary>
    public async Task ReachDesktopAsync(CancellationToken cancel)
    {
        var from = 0;
        while (from < EnoughToBelieve)
        {
            var length = FirstInstruction(from);
            if (length == 0)
            {
                if (!await ReadMoreAsync(cancel))
                    return;
                continue;
            }
            var instruction = Instruction.Parse(_buffer.AsSpan(from, length));
            from += length;
            if (instruction.Opcode == "sync")
                return;
            if (instruction.Opcode != "error")
                continue;
            if (Reported(instruction) is { TunnelStatus.IsUpstream: true } upstream)
                throw upstream;
            return;
        }
    }

    /// <summary>What guacd sent after its <c>ready</c> in the same breath. From now on whoever takes it reads the stream.</summary>
    public ReadOnlyMemory<byte> TakeRest()
    {
        var rest = _buffer.AsMemory(0, _used);
        _buffer = [];
        _used = 0;
        return rest;
    }

    public void Dispose()
    {
        SayGoodbye();
        Stream.Dispose();
        socket.Dispose();
    }

    /// <summary>
    /// guacd notices that a line has ended when it next has something to send: of a desktop that rests it would keep the connection, and
    /// what it records, for 15 seconds more.
    /// </summary>
    private void SayGoodbye()
    {
        // Never within what somebody else is sending, and never waiting for a guacd that does not read.
        if (Id.Length == 0 || Stream is not NetworkStream || !_sending.Wait(0))
            return;
        try
        {
            if (socket.Poll(0, SelectMode.SelectWrite))
                socket.Send(Disconnect);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was gone before us.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<Instruction> ExpectAsync(string opcode, CancellationToken cancel)
    {
        var instruction = await ReadAsync(opcode, cancel);
        if (instruction.Opcode == opcode)
            return instruction;
        if (instruction.Opcode == "error")
            throw Reported(instruction);
        throw GuacamoleException.Of(GuacamoleStatus.ServerError, $"guacd sent \"{instruction.Opcode}\" in place of \"{opcode}\".");
    }

    private static GuacamoleException Reported(Instruction error)
    {
        var code = error.Arguments.Count > 1 && int.TryParse(error.Arguments[1], out var parsed)
            ? parsed
            : GuacamoleStatus.ServerError.Code;
        return GuacamoleException.Of(
            GuacamoleStatus.FromCode(code), error.Arguments.Count > 0 ? error.Arguments[0] : "guacd reports an error.");
    }

    /// <summary>Reads more into the buffer, as large as it must be; false when guacd has ended the connection.</summary>
    private async Task<bool> ReadMoreAsync(CancellationToken cancel)
    {
        if (_used == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            var read = await Stream.ReadAsync(_buffer.AsMemory(_used), deadline.Token);
            _used += read;
            return read > 0;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw GuacamoleException.Of(GuacamoleStatus.UpstreamTimeout, "guacd does not say whether it reached the desktop.", e);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<Instruction> ReadAsync(string opcode, CancellationToken cancel)
    {
        while (true)
        {
            if (FirstInstruction(0) is var length and > 0)
            {
                var instruction = Instruction.Parse(_buffer.AsSpan(0, length));
                _used -= length;
                _buffer.AsSpan(length, _used).CopyTo(_buffer);
                return instruction;
            }
            if (_used == _buffer.Length)
                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxHandshakeBytes));
            if (_used == _buffer.Length)
                throw GuacamoleException.Of(GuacamoleStatus.ServerError, "guacd's handshake is too long.");
            var read = await Stream.ReadAsync(_buffer.AsMemory(_used), cancel);
            if (read == 0)
                throw GuacamoleException.Of(GuacamoleStatus.ServerError, $"guacd ended the connection in place of \"{opcode}\".");
            _used += read;
        }
    }

    /// <summary>The length of the first whole instruction in the buffer from there on, 0 if there is none yet.</summary>
    private int FirstInstruction(int start) =>
        InstructionScanner.TryFindFirst(_buffer.AsSpan(start, _used - start), out var length)
            ? length
            : throw GuacamoleException.Of(
                GuacamoleStatus.ServerError, "What answers at guacd's address does not speak Guacamole's protocol.");
}
