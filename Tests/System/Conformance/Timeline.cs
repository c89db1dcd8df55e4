using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Guacd;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Opens and ends tunnels between the requests, where the recorded client did; the histories tell when that was.</summary>
internal sealed class Timeline : IAsyncDisposable
{
    private readonly GatewayUnderTest _gateway;
    private readonly Variables _variables;
    private readonly IReadOnlyDictionary<string, RecordedSession> _sessions = Recording.Sessions();
    private readonly List<TunnelReplay> _open = [];
    private readonly Dictionary<int, Func<Task>> _before;
    private Task<string>[] _reads = [];

    public Timeline(GatewayUnderTest gateway, Variables variables)
    {
        (_gateway, _variables) = (gateway, variables);
        _before = new()
        {
            [650] = () => OpenAsync("vnc ok", 1100, "tun"),
            [701] = JoinAsync,
            [710] = FinishAllAsync,
            [727] = () => RunAsync("anonymous tunnel after primary ended"),
            [728] = () => OpenAsync("killed by DELETE", 60, "tun"),
            [730] = FinishAllAsync,
            [731] = () => OpenAsync("killed by DELETE on tunnel", 60, "tun"),
            [732] = FinishAllAsync,
            [733] = VariantsAsync,
            [734] = FinishAllAsync,
            [735] = () => OpenAsync("revoke permission while tunnel is open", 100),
            [736] = FinishAllAsync,
            [737] = () => OpenAsync("connection deleted while tunnel is open", 100),
            [740] = FinishAllAsync,
            [741] = FailAsync,
            [747] = LimitAsync,
            [762] = () => Task.FromResult(_gateway.Guacd.Script = GuacdScript.Playing("4.sync,1.1;") with { Disconnects = true }),
            [763] = ReadAsync,
            [768] = EndReadAsync,
            [772] = ReadRefusedAsync,
        };
    }

    /// <summary>Every recorded session that was played, with what came then and now.</summary>
    public ConcurrentDictionary<string, (IReadOnlyList<string> Expected, IReadOnlyList<string> Actual)> Outcomes { get; } = [];

    public IEnumerable<string> Missing => _sessions.Keys.Except(Outcomes.Keys);

    public Task BeforeAsync(int seq) => _before.TryGetValue(seq, out var act) ? act() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var replay in _open)
            await replay.DisposeAsync();
    }

    private async Task JoinAsync()
    {
        await OpenAsync(HttpRead.Unrecorded("{{anon}}", "mysql-shared", "{{key}}"), 0, "tunA");
        await OpenAsync("viewer joins shared (rw, second key)", 300);
        await OpenAsync(HttpRead.Unrecorded("{{admin}}", "mysql", "{{ac}}", "a"), 0);
    }

    private async Task VariantsAsync()
    {
        await RunAsync("client sends disconnect");
        await RunAsync("client closes websocket");
        await RunAsync("no subprotocol requested");
        await RunUnrecordedAsync();
        await RunAsync("two subprotocols requested");
        await RunAsync("permessage-deflate offered", options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        await RunAsync("foreign Origin header", options => options.SetRequestHeader("Origin", "https://elsewhere.example"));
        await RunAsync(
            "token in Guacamole-Token header instead of query",
            options => options.SetRequestHeader("Guacamole-Token", _variables.Fill("{{admin}}")));
        await RunUnrecordedAsync();
        await RunUnrecordedAsync();
        await RunAsync("wrong length prefix");
        await RunAsync("binary message");
        // .NET's client pings by itself, and gives up where no pong comes.
        await RunAsync("websocket-level ping", options =>
        {
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(50);
            options.KeepAliveTimeout = AtMost.Seconds(5);
        });
        await RunAsync("oversized text message (200 kB)");
        await RunAsync("unicode in instruction (ping with emoji)");
        await RunUnrecordedAsync();
        await RunAsync("minimal parameters (no size, no dpi, no mime types)");
        await OpenAsync("logout while tunnel is open", 100);
    }

    private async Task FailAsync()
    {
        foreach (var name in (string[])
            [
                "invalid token", "missing token", "unknown connection id", "non-numeric connection id",
                "missing GUAC_ID", "invalid GUAC_TYPE",
                "missing GUAC_TYPE", "missing GUAC_DATA_SOURCE", "unknown GUAC_DATA_SOURCE", "non-integer GUAC_WIDTH",
            ])
        {
            await RunAsync(name);
        }

        // These end only when patience does; so they wait together.
        await OpenAsync("VNC port refused", 100, script: GuacdScript.Hanging(""));
        await OpenAsync(HttpRead.Unrecorded("{{admin}}", "mysql", "{{cDns}}"), 0);
        await OpenAsync("VNC without hostname", 100, script: GuacdScript.Hanging("10.disconnect;"));
        var accepted = _gateway.Guacd.Accepted;
        await OpenAsync("protocol unknown to guacd", 100, script: GuacdScript.Silent);
        await Eventually.TrueAsync(() => Task.FromResult(_gateway.Guacd.Accepted > accepted), "the Gateway to call guacd");
        await OpenAsync(HttpRead.Unrecorded("{{admin}}", "mysql", "{{cSsh}}"), 0);
        await RunAsync("guacd unreachable");
        await FinishAllAsync();
        await RunAsync("organizational group");
        await RunAsync("empty balancing group");
        await RunAsync("unknown group");
        await OpenAsync("balancing group ok", 90);
    }

    private async Task LimitAsync()
    {
        await FinishAllAsync();
        await OpenAsync("max-connections=1, first", 60);
        await FinishAllAsync();
        await OpenAsync("max-connections-per-user=1, first", 60);
        await RunAsync("max-connections-per-user=1, second");
        await FinishAllAsync();
    }

    private async Task ReadAsync()
    {
        // The first one reads what there is; the second, queued behind it, gets nothing but the end.
        var started = new TaskCompletionSource();
        var first = HttpRead.RunAsync(_gateway.Address, _variables, 0, started);
        await started.Task;
        _reads = [first, HttpRead.RunAsync(_gateway.Address, _variables, 1)];
    }

    private async Task EndReadAsync()
    {
        var reads = await Task.WhenAll(_reads);
        Outcomes["http tunnel read 1"] = ([HttpRead.Expected(_sessions["http tunnel read 1"])], [reads[1]]);
        _gateway.Guacd.Script = new(Answers: true, HttpRead.Sent(_sessions["http tunnel read 0 (VNC refused)"]), Ends: true, Lives: false);
    }

    private async Task ReadRefusedAsync()
    {
        var name = "http tunnel read 0 (VNC refused)";
        Outcomes[name] = ([HttpRead.Expected(_sessions[name])], [await HttpRead.RunAsync(_gateway.Address, _variables, 0)]);
    }

    private Task RunUnrecordedAsync() => RunAsync(HttpRead.Unrecorded("{{admin}}", "mysql", "{{c1}}"), null);

    private Task RunAsync(string name, Action<ClientWebSocketOptions>? configure = null) => RunAsync(_sessions[name], configure);

    private async Task RunAsync(RecordedSession session, Action<ClientWebSocketOptions>? configure)
    {
        var replay = await OpenAsync(session, 0, configure: configure);
        _open.Remove(replay);
        await FinishAsync(replay);
        await SettleAsync();
    }

    private Task<TunnelReplay> OpenAsync(string name, int until, string? variable = null, GuacdScript? script = null) =>
        OpenAsync(_sessions[name], until, variable, script);

    private async Task<TunnelReplay> OpenAsync(
        RecordedSession session, int until, string? variable = null, GuacdScript? script = null,
        Action<ClientWebSocketOptions>? configure = null)
    {
        _gateway.Guacd.Script = script ?? GuacdScript.Playing(TunnelReplay.Drawing(session));
        var replay = await TunnelReplay.OpenAsync(_gateway.Address, session, _variables, configure);
        _open.Add(replay);
        await replay.UntilAsync(until);
        if (variable is not null)
            _variables[variable] = replay.Uuid;
        return replay;
    }

    private async Task FinishAllAsync()
    {
        await Task.WhenAll(_open.Select(FinishAsync));
        _open.Clear();
        await SettleAsync();
    }

    private async Task FinishAsync(TunnelReplay replay)
    {
        await replay.FinishAsync();
        if (replay.Name.Length > 0)
            Outcomes[replay.Name] = (replay.Expected, replay.Actual);
        await replay.DisposeAsync();
    }

    // A history shows the end of a tunnel a moment after its client has seen it.
    private async Task SettleAsync()
    {
        using var http = new HttpClient { BaseAddress = _gateway.Address };
        var path = _variables.Fill("/guacamole/api/session/data/mysql/history/connections?token={{admin}}");
        await Eventually.TrueAsync(
            async () => JsonNode.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken))!.AsArray()
                .Count(row => row!["endDate"] is null) <= _open.Count,
            "the history to show the tunnels' ends");
    }
}
