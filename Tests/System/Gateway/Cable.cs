using System.Net;
using System.Net.Sockets;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>What lies between a client and a server, and can be pulled out and put in again.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Task<Stream>> _connect;
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _open = [];
    private bool _cut;

    /// <param name="host">The server's host.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="make">Makes a client where that host can be reached, if it is not from here.</param>
    public Cable(string host, int port, Func<TcpClient>? make = null)
        : this(() => ConnectAsync(host, port, make))
    {
    }

    /// <param name="connect">Reaches the server.</param>
    public Cable(Func<Task<Stream>> connect)
    {
        _connect = connect;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (_lock)
        {
            _cut = true;
            _open.ForEach(end => end.Dispose());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_lock)
            _cut = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Taken away.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                if (!Hold(client))
                    return;
                await using var server = await _connect();
                if (Hold(server))
                    await Task.WhenAny(client.GetStream().CopyToAsync(server), server.CopyToAsync(client.GetStream()));
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
        }
    }

    private bool Hold(IDisposable end)
    {
        lock (_lock)
        {
            if (!_cut)
                _open.Add(end);
            return !_cut;
        }
    }

    private static async Task<Stream> ConnectAsync(string host, int port, Func<TcpClient>? make)
    {
        var server = make?.Invoke() ?? new TcpClient();
        try
        {
            await server.ConnectAsync(host, port);
            return server.GetStream();
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
