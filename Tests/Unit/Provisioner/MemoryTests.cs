using System.Net.ServerSentEvents;
using System.Text.Json;
using GuacAspire.Contracts;
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

    [Fact]
    public async Task Of_many_a_few_are_measured_each_time_in_turn_and_all_are_told()
    {
        await using var house = await House.OpenAsync(2 * MemoryReader.InTurn);
        await using var told = Reader(house.Host).FollowAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await told.MoveNextAsync());
        Assert.Equal(house.Desktops.Count, house.Host.Runtime.Measurements);
        foreach (var id in house.Desktops)
            house.Host.Runtime.Memory[id] = 500;
        for (var look = 1; look <= 2; look++)
        {
            var next = told.MoveNextAsync();
            house.Time.Advance(MemoryReader.Interval);
            Assert.True(await next);
            Assert.Equal(house.Desktops.Count + (look * MemoryReader.InTurn), house.Host.Runtime.Measurements);
            Assert.Equal(house.Desktops.Count, told.Current.Count);
            Assert.Equal(look * MemoryReader.InTurn, told.Current.Values.Count(bytes => bytes == 500));
        }
    }

    [Fact]
    public async Task One_that_is_new_is_measured_at_once_and_one_that_ends_is_told_of_no_more()
    {
        await using var house = await House.OpenAsync(2 * MemoryReader.InTurn);
        await using var told = Reader(house.Host).FollowAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await told.MoveNextAsync());
        var launched = await house.Host.LaunchReadyAsync("bert");
        house.Find(0).TryBecome(DesktopState.Failed, "It has died.");
        var next = told.MoveNextAsync();
        house.Time.Advance(MemoryReader.Interval);
        Assert.True(await next);
        Assert.Contains(launched.Id, told.Current.Keys);
        Assert.DoesNotContain(house.Desktops[0], told.Current.Keys);
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
