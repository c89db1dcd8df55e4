using System.Net.ServerSentEvents;
using System.Text.Json;
using GuacAspire.Provisioner.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class MemoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_listens_is_told_what_each_desktop_holds_and_nobody_is_asked_when_nobody_listens()
    {
        await using var host = new ProvisionerHost();
        var first = await host.LaunchReadyAsync();
        var second = await host.LaunchReadyAsync(mesh: "rocket");
        host.Runtime.Memory[first.Id] = 500;
        Assert.Equal(0, host.Runtime.Measurements);

        var memory = await FirstAsync(host);
        Assert.Equal(2, memory.Count);
        Assert.Equal((500, 300L << 20), (memory[first.Id], memory[second.Id]));
        Assert.Equal(2, host.Runtime.Measurements);
    }

    [Fact]
    public async Task A_desktop_that_cannot_be_measured_is_left_out_and_breaks_nothing()
    {
        await using var host = new ProvisionerHost();
        await host.LaunchReadyAsync();
        host.Runtime.Faults["memory"] = new InvalidOperationException("broken");
        Assert.Empty(await FirstAsync(host));
    }

    [Fact]
    public async Task It_is_told_again_at_every_interval_until_the_listener_goes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = new ProvisionerHost { Time = time };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var told = Reader(host).FollowAsync(end.Token).GetAsyncEnumerator(Cancellation);
        Assert.True(await told.MoveNextAsync());
        var next = told.MoveNextAsync();
        Assert.False(next.IsCompleted);
        time.Advance(MemoryReader.Interval);
        Assert.True(await next);

        var last = told.MoveNextAsync();
        await end.CancelAsync();
        Assert.False(await last);
    }

    private static MemoryReader Reader(ProvisionerHost host) => (MemoryReader)host.Services.GetService(typeof(MemoryReader))!;

    private static async Task<Dictionary<string, long>> FirstAsync(ProvisionerHost host)
    {
        using var http = host.Http;
        await using var stream = await http.GetStreamAsync(new Uri("/desktops/memory", UriKind.Relative), Cancellation);
        var events = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<Dictionary<string, long>>(data)!);
        await foreach (var item in events.EnumerateAsync(Cancellation))
        {
            Assert.Equal("memory", item.EventType);
            return item.Data;
        }

        throw new InvalidOperationException("Nothing was told.");
    }
}
