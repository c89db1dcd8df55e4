using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>
/// Stands between a Provisioner and all that it changes, and holds a change back where a test says so: just before it is made, or when
/// it has been made and nobody has been told yet. A process that is killed then has died between exactly these two steps.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    /// <summary>Whose a desktop is that stands in the pool.</summary>
    public const string Pool = "pool";

    private readonly ConcurrentDictionary<string, string> _owners = new();
    private readonly ConcurrentDictionary<string, string> _connections = new();
    private readonly ConcurrentDictionary<(string Owner, string Step, bool IsMade), Held> _holds = new();
    private readonly ConcurrentDictionary<(string Owner, string Step), bool> _refusals = new();
    private readonly ConcurrentDictionary<HttpContext, bool> _engineCalls = new();
    private readonly HttpMessageInvoker _engine = new(
        new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseCookies = false, UseProxy = false });
    private readonly HttpMessageInvoker _guacamole = new(
        new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private volatile bool _isEngineAway;

    private Wire(WebApplication app) => _app = app;

    /// <summary>Gets the address where the engine seems to be.</summary>
    public Uri Engine => new(_app.Urls.Single());

    /// <summary>Gets the address where Guacamole seems to be.</summary>
    public Uri Guacamole => new(Engine, "/guacamole");

    /// <param name="guacamole">Where Guacamole is.</param>
    /// <param name="network">Where it is to be reached, if not here.</param>
    public static async Task<Wire> StartAsync(Uri guacamole, OtherNetwork? network = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (network is not null)
        {
            builder.WebHost.UseSockets(options => options.CreateBoundListenSocket =
                endpoint => network.Make(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        }

        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var wire = new Wire(app);
        app.MapFallback((HttpContext context, IHttpForwarder forwarder) => context.Request.Path.StartsWithSegments("/guacamole",
            StringComparison.Ordinal)
            ? wire.PassAsync(context, forwarder, guacamole, wire._guacamole)
            : wire.PassToEngineAsync(context, forwarder));
        await app.StartAsync();
        return wire;
    }

    /// <summary>Holds back the next change of that kind to that owner's desktop.</summary>
    /// <returns>Completes when it is held.</returns>
    public Task Hold(string owner, string step, bool isMade = true) =>
        _holds.GetOrAdd((owner, step, isMade), _ => new()).Reached.Task;

    /// <summary>Answers this kind of change to that owner's desktop as a server in trouble does, until everything may pass again.</summary>
    public void Refuse(string owner, string step) => _refusals[(owner, step)] = true;

    /// <summary>Breaks off every call to the engine, and lets none through until it is said to be back.</summary>
    public void CutEngine()
    {
        _isEngineAway = true;
        foreach (var call in _engineCalls.Keys)
            call.Abort();
    }

    public void MendEngine() => _isEngineAway = false;

    /// <summary>Lets everything pass from now on.</summary>
    public void LetGo()
    {
        foreach (var point in _holds.Keys)
        {
            if (_holds.TryRemove(point, out var hold))
                hold.Over.TrySetResult();
        }

        _refusals.Clear();
    }

    public string DesktopOf(string owner) => _owners.Single(pair => pair.Value == owner).Key;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _engine.Dispose();
        _guacamole.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint("/var/run/docker.sock"), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task PassToEngineAsync(HttpContext context, IHttpForwarder forwarder)
    {
        _engineCalls.TryAdd(context, true);
        try
        {
            if (_isEngineAway)
                context.Abort();
            else
                await PassAsync(context, forwarder, new("http://engine"), _engine);
        }
        finally
        {
            _engineCalls.TryRemove(context, out _);
        }
    }

    private async Task PassAsync(HttpContext context, IHttpForwarder forwarder, Uri target, HttpMessageInvoker invoker)
    {
        var request = context.Request;
        request.EnableBuffering();
        var body = HttpMethods.IsGet(request.Method)
            ? ""
            : await new StreamReader(request.Body, leaveOpen: true).ReadToEndAsync(context.RequestAborted);
        request.Body.Position = 0;
        var path = request.Path.Value!;
        var step = Step.Of(request.Method, path, body);
        var desktop = step == Step.ConnectionGone
            ? _connections.GetValueOrDefault(path.Split('/')[^1])
            : Step.DesktopIn($"{path}{request.QueryString}\n{body}");
        if (step is null || desktop is null)
        {
            await forwarder.SendAsync(context, target.GetLeftPart(UriPartial.Authority), invoker);
            return;
        }

        if (step == Step.Claim && Step.OwnerIn(body) is { } claimant)
            _owners[desktop] = claimant;
        var owner = _owners.GetValueOrDefault(desktop, Pool);
        if (_refusals.ContainsKey((owner, step)))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await WaitAsync(context, (owner, step, false));
        await forwarder.SendAsync(
            context, target.GetLeftPart(UriPartial.Authority), invoker, ForwarderRequestConfig.Empty,
            new Listener(this, desktop, (owner, step, true)));
    }

    private async ValueTask WaitAsync(HttpContext context, (string Owner, string Step, bool IsMade) point)
    {
        if (!_holds.TryGetValue(point, out var hold))
            return;
        hold.Reached.TrySetResult();
        // Until whoever asked is dead, or is let go on.
        await hold.Over.Task.WaitAsync(context.RequestAborted);
    }

    private sealed record Held
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Listener(Wire wire, string desktop, (string Owner, string Step, bool IsMade) point) : HttpTransformer
    {
        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (point.Step == Step.Connection && proxyResponse is { IsSuccessStatusCode: true })
            {
                // Its removal will name the connection, and not the desktop.
                await proxyResponse.Content.LoadIntoBufferAsync(cancellationToken);
                using var created = JsonDocument.Parse(await proxyResponse.Content.ReadAsStreamAsync(cancellationToken));
                wire._connections[created.RootElement.GetProperty("identifier").GetString()!] = desktop;
                (await proxyResponse.Content.ReadAsStreamAsync(cancellationToken)).Position = 0;
            }

            await wire.WaitAsync(httpContext, point);
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }
    }
}
