using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Makes sockets of the file system as good as ports, where one is among the addresses to listen on (<c>http://unix:/…</c>): what one that
/// was killed has left is taken away, a proxy that is another user may use it, and who calls that way is on this machine.
/// </summary>
internal sealed class UnixSockets(IServer server, IConfiguration configuration) : IHostedLifecycleService, IStartupFilter
{
    private const string Scheme = "http://unix:";

    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Paths(configuration[WebHostDefaults.ServerUrlsKey]?.Split(';') ?? []))
        {
            if (IsLeftOver(path))
                File.Delete(path);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return Task.CompletedTask;
        // The folder says who may come as far as this.
        foreach (var path in Paths(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []))
            File.SetUnixFileMode(path, Everybody);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            context.Connection.RemoteIpAddress ??= IPAddress.Loopback;
            return rest(context);
        });
        next(app);
    };

    private static IEnumerable<string> Paths(IEnumerable<string> addresses) =>
        from address in addresses
        where address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        select address[Scheme.Length..];

    private static bool IsLeftOver(string path)
    {
        // A file that is none is refused as one is that nobody listens on; but it has something in it.
        if (new FileInfo(path) is not { Exists: true, Length: 0 })
            return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
