using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Conformance;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Guacd;
using MySqlConnector;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>What clients, guacd and the database may do to a Gateway, and what must be left of it: nothing.</summary>
public sealed class RobustnessTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    private const int Many = 200;
    private const string OpenRows = "SELECT COUNT(*) FROM guacamole_connection_history WHERE end_date IS NULL";
    private static readonly GuacdScript Alive = GuacdScript.Playing("4.sync,1.1;");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ManyTunnelsLeaveNothingWhenTheirClientsVanish()
    {
        gateway.Gateway.Guacd.Script = Alive;
        var connection = await gateway.ConnectionAsync();
        var before = Descriptors();
        var tunnels = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => OpenAsync(connection)));
        await Eventually.TrueAsync(() => Task.FromResult(gateway.Gateway.Guacd.Open == Many), "guacd to have all of them");
        Assert.InRange(Descriptors(), before + (2 * Many), int.MaxValue);
        foreach (var tunnel in tunnels)
            tunnel.Abort();
        await NothingIsLeftAsync();
        // What remains are connections to the database, kept for the next.
        await Eventually.TrueAsync(() => Task.FromResult(Descriptors() < before + Many), "the sockets to be closed");
    }

    [Fact]
    public async Task AGuacdThatCrashesEndsItsTunnels()
    {
        gateway.Gateway.Guacd.Script = Alive;
        var connection = await gateway.ConnectionAsync();
        var tunnels = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync(connection)));
        await Eventually.TrueAsync(() => Task.FromResult(gateway.Gateway.Guacd.Open == 3), "guacd to have all of them");
        gateway.Gateway.Guacd.Crash();
        foreach (var tunnel in tunnels)
        {
            await foreach (var _ in tunnel.ReadAsync())
            {
                // Until the Gateway says goodbye.
            }

            Assert.NotNull(tunnel.CloseStatus);
            await tunnel.DisposeAsync();
        }

        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task ASlowGuacdIsWaitedFor()
    {
        gateway.Gateway.Guacd.Script = Alive with { Delay = TimeSpan.FromSeconds(3) };
        await using var tunnel = await OpenAsync(await gateway.ConnectionAsync());
        await tunnel.ReadUntilAsync("sync");
    }

    [Fact]
    public async Task QueriesThatTakeTooLongFailAndHoldUpNobodyAfterwards()
    {
        // A pool would keep the connection, and with it the lock.
        await using (var locker = new MySqlConnection($"{gateway.Gateway.ConnectionString};Pooling=false"))
        {
            await locker.OpenAsync(Cancelled);
            await using var command = new MySqlCommand("LOCK TABLES guacamole_entity WRITE", locker);
            await command.ExecuteNonQueryAsync(Cancelled);
            // As many as there are threads that hear of sockets, and more: each of them meets a query that ends too late.
            var asked = Enumerable.Range(0, 16).Select(_ => gateway.Admin.GetAsync($"{RuleGateway.Data}/users", Cancelled)).ToArray();
            foreach (var answer in await Task.WhenAll(asked))
            {
                using (answer)
                    Assert.False(answer.IsSuccessStatusCode, "It has answered from a table that nobody can read.");
            }
        }

        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AskAsync())))
            Assert.Equal(HttpStatusCode.OK, answer);

        async Task<HttpStatusCode> AskAsync()
        {
            using var answer = await gateway.Admin.GetAsync($"{RuleGateway.Data}/users", Cancelled);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task WhileTheDatabaseIsAwayRequestsFailClearlyAndNothingIsForgotten()
    {
        gateway.Gateway.Guacd.Script = Alive;
        var connection = await gateway.ConnectionAsync();
        var (name, _) = await gateway.UserAsync();
        var tunnel = await OpenAsync(connection);
        await tunnel.ReadUntilAsync("sync");
        var statuses = new ConcurrentBag<HttpStatusCode>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(number => LoadAsync(number % 2 == 0 ? null : name, statuses, enough.Token)));
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(statuses.Count > 100), "the load to begin");
            gateway.Gateway.Cable.Cut();
            await Eventually.TrueAsync(() => Task.FromResult(statuses.Contains(HttpStatusCode.ServiceUnavailable)), "requests to fail");
            tunnel.Abort();
            await using var refused = await OpenAsync(connection);
            await foreach (var _ in refused.ReadAsync())
            {
                // Nothing but the end.
            }

            Assert.Equal("512", refused.CloseReason);
        }
        finally
        {
            gateway.Gateway.Cable.Mend();
        }

        var failed = statuses.Count;
        await Eventually.TrueAsync(
            async () =>
                statuses.Count > failed + 100 && (await gateway.Admin.GetAsync($"{RuleGateway.Data}/users", Cancelled)).IsSuccessStatusCode,
            "requests to succeed again");
        await enough.CancelAsync();
        await load;
        Assert.Subset(new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable }, statuses.ToHashSet());
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task BodiesThatTrickleInKeepNobodyFromSigningIn()
    {
        // More than there are connections to the database.
        const int Slow = 60;
        var (name, user) = await gateway.UserAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var bodies = Enumerable.Range(0, Slow).Select(number =>
        {
            var path = (number % 3) switch { 0 => "/permissions", 1 => "/userGroups", _ => "" };
            return new HttpRequestMessage(path.Length > 0 ? HttpMethod.Patch : HttpMethod.Put, $"{RuleGateway.Data}/users/{name}{path}")
            {
                Content = new TrickledContent(),
            };
        }).ToList();
        var answers = bodies.ConvertAll(body => gateway.Admin.SendAsync(body, enough.Token));
        await Task.WhenAll(bodies.Select(body => ((TrickledContent)body.Content!).Begun.WaitAsync(Cancelled)));
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var login = await gateway.PostTokensAsync(("username", name), ("password", name));
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            await RuleGateway.GetAsync(user, "self");
        }

        await enough.CancelAsync();
        foreach (var answer in answers)
            await Assert.ThrowsAnyAsync<Exception>(() => answer);
        bodies.ForEach(body => body.Dispose());
    }

    [Fact]
    public async Task AGuacdThatAcceptsButDoesNotAnswerIsNoticed()
    {
        gateway.Gateway.Guacd.Script = GuacdScript.Silent;
        await HealthAsync("Degraded");
        gateway.Gateway.Guacd.Script = Alive;
        await HealthAsync("Healthy");
    }

    private async Task NothingIsLeftAsync()
    {
        await Eventually.TrueAsync(() => Task.FromResult(gateway.Gateway.Guacd.Open == 0), "guacd's connections to end");
        await Eventually.TrueAsync(
            async () => await gateway.Gateway.QueryAsync(OpenRows) == "0", "every row of the history to have an end");
        Assert.Equal("{}", (await RuleGateway.GetAsync(gateway.Admin, "activeConnections")).GetRawText());
        Assert.Equal("[]", (await RuleGateway.GetAsync(gateway.Admin, "/guacamole/api/session/tunnels")).GetRawText());
    }

    private async Task HealthAsync(string expected)
    {
        using var http = new HttpClient { BaseAddress = gateway.Gateway.Address };
        await Eventually.GetAsync(
            http.HealthAsync, health => health.Contains(expected, StringComparison.Ordinal), $"health to be {expected}");
    }

    // One kind of load signs in, the other reads.
    private async Task LoadAsync(string? user, ConcurrentBag<HttpStatusCode> statuses, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            using var answer = user is null
                ? await gateway.Admin.GetAsync($"{RuleGateway.Data}/connections", Cancelled)
                : await gateway.PostTokensAsync(("username", user), ("password", user));
            var text = await answer.Content.ReadAsStringAsync(Cancelled);
            if (!answer.IsSuccessStatusCode)
                Assert.Equal("INTERNAL_ERROR", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("type").GetString());
            statuses.Add(answer.StatusCode);
        }
    }

    private int Descriptors() => Directory.GetFileSystemEntries($"/proc/{gateway.Gateway.ProcessId}/fd").Length;

    private Task<Tunnel> OpenAsync(string connection) => Tunnel.OpenAsync(
        new Uri(gateway.Gateway.Address, "/guacamole/"), gateway.Admin.DefaultRequestHeaders.GetValues("Guacamole-Token").Single(), "mysql",
        connection);

    /// <summary>A list that begins and does not end.</summary>
    private sealed class TrickledContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TrickledContent() => Headers.ContentType = new("application/json");

        public Task Begun => _begun.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("["u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
