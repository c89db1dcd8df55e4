using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace GuacAspire.Tests.Unit.ServiceDefaults;

[SupportedOSPlatform("linux")]
public sealed class UnixSocketsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockets-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "service.sock");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Who_calls_by_a_socket_is_on_this_machine()
    {
        await using var service = Service();
        await service.StartAsync(Cancelled);
        Assert.Equal("127.0.0.1", await AskAsync());
    }

    [Fact]
    public async Task A_proxy_that_is_another_user_may_use_it()
    {
        await using var service = Service();
        await service.StartAsync(Cancelled);
        const UnixFileMode ReadAndWrite = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.Equal(ReadAndWrite, File.GetUnixFileMode(Path) & ReadAndWrite);
    }

    [Fact]
    public async Task What_one_that_was_killed_has_left_is_in_nobodys_way()
    {
        LeaveASocket();
        await using var service = Service();
        await service.StartAsync(Cancelled);
        Assert.Equal("127.0.0.1", await AskAsync());
    }

    [Fact]
    public async Task One_that_lives_is_not_taken_its_place()
    {
        await using var first = Service();
        await first.StartAsync(Cancelled);
        await using var second = Service();
        await Assert.ThrowsAnyAsync<IOException>(() => second.StartAsync(Cancelled));
        Assert.Equal("127.0.0.1", await AskAsync());
    }

    [Fact]
    public async Task What_is_no_socket_is_not_removed()
    {
        await File.WriteAllTextAsync(Path, "somebody's", Cancelled);
        await using var service = Service();
        await Assert.ThrowsAnyAsync<IOException>(() => service.StartAsync(Cancelled));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path, Cancelled));
    }

    private WebApplication Service()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://unix:{Path}");
        builder.AddUnixSockets();
        var app = builder.Build();
        app.MapGet("/who", (HttpContext context) => context.Connection.RemoteIpAddress?.ToString());
        return app;
    }

    private async Task<string> AskAsync()
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancelled) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancelled);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri("http://localhost/who"), Cancelled);
    }

    // Whoever closes a socket removes what bears its name; what is killed does not come to that.
    private void LeaveASocket()
    {
        var other = Path + ".other";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(other));
            File.Move(other, Path);
        }

        Assert.True(File.Exists(Path));
    }
}
