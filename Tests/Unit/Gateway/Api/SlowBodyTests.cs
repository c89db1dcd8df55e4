using System.Net;
using System.Net.Sockets;
using System.Text;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using MySqlConnector;

namespace GuacAspire.Tests.Unit.Gateway.Api;

/// <summary>A client may take its time with a body; the few connections to the database are for those who have sent theirs.</summary>
public sealed class SlowBodyTests : IAsyncDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly Database _database;
    private readonly Caller _caller;
    private readonly SelfReference _self = new("ada", 1, 1);

    public SlowBodyTests()
    {
        _server.Start();
        var options = GatewayOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(
            [new("MYSQL_HOSTNAME", "127.0.0.1"), new("MYSQL_PORT", $"{((IPEndPoint)_server.LocalEndpoint).Port}")]).Build());
        _database = new Database(options, TimeProvider.System);
        var session = new Session("token", new Account { UserId = 1, EntityId = 1, Name = "ada" }, null, null, TimeProvider.System);
        _caller = new Caller(session, [1], [SystemPermission.ADMINISTER]);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("permissions")]
    [InlineData("relations")]
    [InlineData("replacement")]
    [InlineData("patch")]
    public async Task Nobody_has_a_connection_to_the_database_while_its_body_is_awaited(string call)
    {
        using var body = new Trickle();
        var context = new DefaultHttpContext { Request = { Body = body, ContentType = "application/json" } };
        context.Request.Headers.TransferEncoding = "chunked";
        var answer = call switch
        {
            "permissions" => PermissionsApi.PatchAsync(context, _caller, _self, _database),
            "relations" => RelationsApi.PatchAsync(context, _caller, _self, Relation.Parents, _database),
            "replacement" => DirectoryApi.ReplaceAsync(context, _caller, new UserGroupDirectory(_database), "group", _database),
            _ => DirectoryPatch.ApplyAsync(context, _caller, new UserGroupDirectory(_database), _database),
        };
        await body.Awaited.WaitAsync(Eventually.Patience, Cancelled);
        Assert.False(answer.IsCompleted);
        Assert.False(_server.Pending(), "Somebody wants a connection whose body is not there.");

        body.End();
        using (await _server.AcceptSocketAsync(Cancelled))
        {
            // And so the database is gone.
        }

        _server.Stop();
        await Assert.ThrowsAsync<MySqlException>(() => answer);
    }

    /// <summary>Begins a list, and ends it when it is told to.</summary>
    private sealed class Trickle : MemoryStream
    {
        private readonly TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Queue<byte> _bytes = new(Encoding.UTF8.GetBytes("[]"));

        public Task Awaited => _awaited.Task;

        public void End() => _ended.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_bytes.Count == 1)
            {
                _awaited.TrySetResult();
                await _ended.Task.WaitAsync(cancellationToken);
            }

            if (!_bytes.TryDequeue(out var next))
                return 0;
            buffer.Span[0] = next;
            return 1;
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var read)
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
