using System.Net.Sockets;
using GuacAspire.Tests.EndToEnd.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.StandIns;

/// <summary>The engine goes away and comes back, as it does when it is updated; whoever asks it meanwhile hears nothing.</summary>
[Collection(nameof(EngineAwayTests))]
[CollectionDefinition(nameof(EngineAwayTests), DisableParallelization = true)]
public sealed class EngineAwayTests : IDisposable
{
    private const string Variable = "DOCKER_HOST";
    private const string Socket = "/var/run/docker.sock";
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly Cable _cable;

    public EngineAwayTests()
    {
        var address = new Uri(_before ?? $"unix://{Socket}");
        _cable = address.Scheme == "unix" ? new Cable(() => ConnectAsync(address.LocalPath)) : new Cable(address.Host, address.Port);
        // For this process alone, and no other test runs in it now.
        Environment.SetEnvironmentVariable(Variable, $"tcp://127.0.0.1:{_cable.Port}");
    }

    [Fact]
    public async Task A_container_that_lives_on_keeps_its_state_and_its_log()
    {
        var builder = Model.Create();
        var box = builder.AddServer("lasting");
        await using var app = await builder.StartAsync();
        await app.HealthyAsync("lasting");

        _cable.Cut();
        await Task.Delay(Away, Model.Cancelled);
        _cable.Mend();
        await app.GetAsync("lasting", "/say/said-after-the-engine-was-away");

        await SaidAsync(app, box.Resource, "said-after-the-engine-was-away");
        Assert.True(app.ResourceNotifications.TryGetCurrentState("lasting", out var now));
        Assert.Equal(KnownResourceStates.Running, now.Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_container_that_ends_with_the_engine_and_comes_back_with_it_is_not_taken_for_ended()
    {
        var builder = Model.Create();
        var box = builder.AddServer("returning").WithContainerRuntimeArgs("--restart", "unless-stopped");
        await using var app = await builder.StartAsync();
        await app.HealthyAsync("returning");

        Assert.IsAssignableFrom<HttpRequestException>(await Record.ExceptionAsync(() => app.GetAsync("returning", "/exit/3")));
        // Time enough to hear that it has ended, not to ask whether it was started again.
        await Task.Delay(TimeSpan.FromMilliseconds(150), Model.Cancelled);
        _cable.Cut();
        await Task.Delay(Away, Model.Cancelled);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("returning", out var meanwhile));
        _cable.Mend();

        Assert.Equal(KnownResourceStates.Running, meanwhile.Snapshot.State?.Text);
        await app.HealthyAsync("returning");
        await app.GetAsync("returning", "/say/said-after-it-came-back");
        await SaidAsync(app, box.Resource, "said-after-it-came-back");
        Assert.True(app.ResourceNotifications.TryGetCurrentState("returning", out var now));
        Assert.Equal(KnownResourceStates.Running, now.Snapshot.State?.Text);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _cable.Dispose();
    }

    private static async Task SaidAsync(DistributedApplication app, IResource resource, string text)
    {
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Model.Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var lines in loggers.WatchAsync(resource).WithCancellation(patience.Token))
        {
            if (lines.Any(line => line.Content.Contains(text, StringComparison.Ordinal)))
                return;
        }
    }

    private static async Task<Stream> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new NetworkStream(socket, ownsSocket: true);
    }
}
