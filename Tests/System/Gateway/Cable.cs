using System.Net;
using System.Net.Sockets;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>What lies between a client and a server, and can be pulled out and put in again.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _open = [];
    private readonly Func<TcpClient> _make;
    private bool _cut;

    /// <param name="host">The server's host.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="make">Makes a client where that host can be reached, if it is not from here.</param>
    public Cable(string host, int port, Func<TcpClient>? make = null)
    {
        (_host, _port, _make) = (host, port, make ?? (() => new TcpClient()));
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (_lock)
        {
            _cut = true;
            _open.ForEach(client => client.Dispose());
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
        using var server = _make();
        using (client)
        {
            lock (_lock)
            {
                if (_cut)
                    return;
                _open.AddRange([client, server]);
            }

            try
            {
                await server.ConnectAsync(_host, _port);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
        }
    }
}
