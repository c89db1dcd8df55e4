using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Bench.Crowd;

/// <summary>
/// What the Provisioner talks to, as small fakes at the true edge: Guacamole at a port, an agent at each desktop's own address, the engine
/// on a socket. They answer what a quiet house of that size has to say, and count.
/// </summary>
internal sealed class CrowdEdges : IAsyncDisposable
{
    private const int AgentPort = 7070;
    private const string Json = "application/json";
    private const string Data = "/guacamole/api/session/data/mysql/";

    private static readonly byte[] Status = JsonSerializer.SerializeToUtf8Bytes(new
    {
        ready = true,
        mesh = "cube.stl",
        meshDrawn = true,
        objects = new[] { "Cube", "Camera", "Light" },
        triangles = 12,
        unsaved = false,
        lastInput = (double?)null,
        rendering = false,
        blender = "4.3.2",
        rehearsed = true,
        busy = false,
        resumed = (double?)null,
    });

    private static readonly byte[] Token =
        """{"authToken":"token","username":"guacadmin","dataSource":"mysql","availableDataSources":["mysql"]}"""u8.ToArray();

    private static readonly byte[] Nothing = "{}"u8.ToArray();
    private static readonly byte[] Nobody = "[]"u8.ToArray();

    private readonly WebApplication _app;
    private readonly EngineAnswers _engine;
    private readonly Dictionary<string, byte[]> _guacamole;
    private readonly Dictionary<string, byte[]> _permissions;
    private readonly int _port = Ports.Free();
    private int _guacamoleCalls;
    private int _agentCalls;
    private int _engineCalls;

    private CrowdEdges(CrowdHouse house)
    {
        Socket = Path.Combine(house.Folder, "engine.sock");
        _engine = new(house);
        _permissions = house.Desktops.ToDictionary(
            desktop => $"users/desktop-{desktop.Id}/permissions",
            desktop => Bytes(new { connectionPermissions = new Dictionary<string, string[]> { [desktop.Connection] = ["READ"] } }));
        _guacamole = new()
        {
            ["connections"] = Bytes(house.Desktops.ToDictionary(desktop => desktop.Connection, desktop => new
            {
                name = desktop.Id,
                identifier = desktop.Connection,
                parentIdentifier = "ROOT",
                protocol = "vnc",
                attributes = new Dictionary<string, string?> { ["guacd-hostname"] = "guacd", ["guacd-port"] = "4822" },
                activeConnections = 0,
                lastActive = (long?)null,
            })),
            ["users"] = Bytes(house.Desktops.Select(desktop => $"desktop-{desktop.Id}").Append("guacadmin").ToDictionary(name => name, name => new
            {
                username = name,
                disabled = false,
                attributes = new Dictionary<string, string?> { ["guac-full-name"] = null, ["valid-until"] = null },
                lastActive = (long?)null,
            })),
            ["activeConnections"] = Nothing,
            ["history/connections"] = Nobody,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(Socket);
            kestrel.Listen(IPAddress.Loopback, _port);
            foreach (var desktop in house.Desktops)
                kestrel.Listen(desktop.Address, AgentPort);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Socket { get; }

    public Uri Guacamole => new($"http://127.0.0.1:{_port}/guacamole");

    /// <summary>How often each was called until now.</summary>
    public (int Guacamole, int Agents, int Engine) Calls =>
        (Volatile.Read(ref _guacamoleCalls), Volatile.Read(ref _agentCalls), Volatile.Read(ref _engineCalls));

    public static async Task<CrowdEdges> StartAsync(CrowdHouse house)
    {
        var edges = new CrowdEdges(house);
        await edges._app.StartAsync();
        return edges;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static byte[] Bytes(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (context.Connection.LocalPort == AgentPort)
        {
            Interlocked.Increment(ref _agentCalls);
            return path == "/status" ? SendAsync(context, Status) : RefuseAsync(context);
        }

        if (context.Connection.LocalPort == _port)
        {
            Interlocked.Increment(ref _guacamoleCalls);
            return AnswerAsGuacamoleAsync(context, path);
        }

        Interlocked.Increment(ref _engineCalls);
        return _engine.AnswerAsync(context, path);
    }

    private Task AnswerAsGuacamoleAsync(HttpContext context, string path)
    {
        if (path == "/guacamole/api/tokens")
            return SendAsync(context, Token);

        if (!path.StartsWith(Data, StringComparison.Ordinal) || context.Request.Method != "GET")
            return RefuseAsync(context);
        var what = path[Data.Length..];
        return _guacamole.TryGetValue(what, out var answer) || _permissions.TryGetValue(what, out answer) ? SendAsync(context, answer)
            : what.EndsWith("/parameters", StringComparison.Ordinal) ? SendAsync(context, Nothing)
            : RefuseAsync(context);
    }

    internal static Task SendAsync(HttpContext context, byte[] answer)
    {
        context.Response.ContentType = Json;
        context.Response.ContentLength = answer.Length;
        return context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask();
    }

    /// <summary>What nobody asks for in a quiet house.</summary>
    internal static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return SendAsync(context, "{\"message\":\"Not found\",\"type\":\"NOT_FOUND\"}"u8.ToArray());
    }

    /// <summary>Ctrl-C ends the benchmark, not only its fakes.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
