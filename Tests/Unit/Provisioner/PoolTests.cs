using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Desktops that stand ready before anybody asks.</summary>
public class PoolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_takes_a_desktop_that_stands_ready_and_the_pool_is_filled_again()
    {
        await using var host = new ProvisionerHost { PoolSize = 2 };
        var standing = await FullAsync(host, 2);
        var desktop = await host.LaunchReadyAsync();
        Assert.Contains(desktop.Id, standing);
        await FullAsync(host, 2);
        Assert.Equal(3, host.Runtime.Containers.Count);
        Assert.Equal(desktop.Id, Assert.Single(host.Runtime.Claims).Key);
    }

    [Fact]
    public async Task Many_at_once_never_share_a_desktop()
    {
        await using var host = new ProvisionerHost { PoolSize = 2 };
        await FullAsync(host, 2);
        var desktops = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => host.LaunchReadyAsync($"owner{number}")));
        Assert.Equal(6, desktops.DistinctBy(desktop => desktop.Id).Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_desktop_that_another_process_has_claimed_is_left_to_it(bool isTakenUp)
    {
        await using var host = new ProvisionerHost { PoolSize = 1, Options = { ["ReconcileInterval"] = "1.00:00:00" } };
        var taken = Assert.Single(await FullAsync(host, 1));
        host.Runtime.Claims[taken] = new(taken, "berta", "cone", "cone.stl", null, DateTimeOffset.UtcNow);
        if (isTakenUp)
            await LifecycleTests.ReconcileAsync(host);
        var desktop = await host.LaunchReadyAsync();
        Assert.NotEqual(taken, desktop.Id);
        // A launch that was taken up, and whose mesh another process has, is undone; but it is not anna's.
        if (!isTakenUp)
            Assert.Equal("berta", host.Runtime.Claims[taken].Owner);
        Assert.Equal("anna", host.Runtime.Claims[desktop.Id].Owner);
    }

    [Theory]
    [InlineData("answers that it cannot")]
    [InlineData("refuses")]
    [InlineData("is nowhere")]
    public async Task A_desktop_that_fails_at_its_claim_is_made_anew_and_nobody_notices(string how)
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        var member = Assert.Single(await FullAsync(host, 1));
        (host.Agents.Broken, host.Agents.BrokenBy) = (member, how switch
        {
            "refuses" => new HttpRequestException("Connection refused"),
            "is nowhere" => new TaskCanceledException("A connection could not be established.", new TimeoutException()),
            _ => null,
        });
        var launched = await host.LaunchAsync();
        Assert.Equal(member, launched.Id);
        Assert.Equal(DesktopState.Ready, (await host.WaitAsync(launched.Id, DesktopState.Ready, DesktopState.Failed)).State);
        Assert.Null(host.Agents.Broken);
    }

    [Fact]
    public async Task A_desktop_that_died_is_replaced()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        var dead = Assert.Single(await FullAsync(host, 1));
        host.Runtime.Containers[dead] = ContainerPhase.Ended;
        await LifecycleTests.ReconcileAsync(host);
        await host.PoolAsync(members => members is [{ Address: not null } one] && one.Id != dead);
        Assert.False(host.Runtime.Containers.ContainsKey(dead));
    }

    [Fact]
    public async Task A_desktop_made_from_an_older_image_is_replaced()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        var old = Assert.Single(await FullAsync(host, 1));
        host.Runtime.Template = "newer";
        host.Services.GetRequiredService<PoolKeeper>().Poke();
        await host.PoolAsync(members => members is [{ Address: not null, Mark.Template: "newer" }]);
        Assert.False(host.Runtime.Containers.ContainsKey(old));
    }

    [Fact]
    public async Task The_next_process_takes_the_pool_up_and_removes_what_is_half_made()
    {
        await using var first = new ProvisionerHost { PoolSize = 1 };
        var member = Assert.Single(await FullAsync(first, 1));
        await first.DisposeAsync();
        first.Runtime.Containers["half"] = ContainerPhase.Created;
        first.Runtime.Marks["half"] = new("template", DateTimeOffset.UtcNow);

        await using var second = new ProvisionerHost { PoolSize = 1, Runtime = first.Runtime, Guacamole = first.Guacamole };
        Assert.Equal(member, Assert.Single(await FullAsync(second, 1)));
        Assert.Equal(member, Assert.Single(first.Runtime.Containers).Key);
    }

    [Fact]
    public async Task One_whose_claim_the_engine_was_not_there_for_stands_in_the_pool_again()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        var member = Assert.Single(await FullAsync(host, 1));
        foreach (var call in new[] { "claim", "create", "remove", "observe" })
            host.Runtime.Faults[call] = new EngineUnavailableException(new("unix:///engine"), new IOException());
        using (var form = ProvisionerHost.Form())
        using (var refused = await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        host.Runtime.Faults.Clear();
        await LifecycleTests.ReconcileAsync(host);
        await host.PoolAsync(members => members is [{ Address: not null } one] && one.Id == member);
        Assert.Equal(member, (await host.LaunchReadyAsync()).Id);
    }

    [Theory]
    [InlineData("Guacamole is away")]
    [InlineData("the mesh is empty")]
    [InlineData("the mesh breaks off")]
    public async Task A_launch_that_is_refused_takes_nothing_from_the_pool(string why)
    {
        await using var host = new ProvisionerHost { PoolSize = 1, Settings = { ["Guacamole:Patience"] = "00:00:00" } };
        var member = Assert.Single(await FullAsync(host, 1));
        host.Guacamole.IsDown = why == "Guacamole is away";
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new LaunchRequest("anna", "cube", "cube.stl")), "launch" },
            { why == "the mesh breaks off" ? new StreamContent(new Broken()) : new ByteArrayContent([]), "file", "mesh" },
        };
        if (why == "Guacamole is away")
        {
            using var whole = ProvisionerHost.Form();
            using var refused = await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), whole, Cancellation);
            Assert.False(refused.IsSuccessStatusCode);
        }
        else
        {
            await Record.ExceptionAsync(() => host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation));
        }

        host.Guacamole.IsDown = false;
        Assert.Equal(member, Assert.Single(await FullAsync(host, 1)));
        Assert.Equal(member, Assert.Single(host.Runtime.Containers).Key);
        Assert.Equal(member, (await host.LaunchReadyAsync("bert")).Id);
    }

    [Fact]
    public async Task Who_takes_from_the_pool_and_lets_go_again_and_again_leaves_the_rest_to_others()
    {
        await using var host = new ProvisionerHost { PoolSize = 3 };
        var standing = await FullAsync(host, 3);
        host.Agents.HangsOnOpen = true;
        for (var time = 0; time < 5; time++)
        {
            var launched = await host.LaunchAsync("anna", $"mesh{time}");
            await host.Http.DeleteAsync(new Uri($"/desktops/{launched.Id}", UriKind.Relative), Cancellation);
            await host.WaitAsync(launched.Id, DesktopState.Stopped);
        }

        var left = await host.PoolAsync(members => members.Any(member => member.Address is not null));
        Assert.NotEmpty(left.Select(member => member.Id).Intersect(standing));
        await FullAsync(host, 3);
    }

    [Fact]
    public async Task Places_that_people_need_are_not_the_pools()
    {
        await using var host = new ProvisionerHost { PoolSize = 2 };
        await FullAsync(host, 2);
        for (var number = 0; number < 8; number++)
            await host.LaunchReadyAsync($"owner{number}");
        await host.PoolAsync(members => members.Count == 0);
        var limits = await host.Http.GetFromJsonAsync<Limits>(new Uri("/limits", UriKind.Relative), Cancellation);
        Assert.Equal((8, 0, 0), (limits!.Running, limits.Available, limits.Pool));
    }

    [Fact]
    public async Task The_end_of_the_system_leaves_no_pool()
    {
        await using var host = new ProvisionerHost { PoolSize = 2 };
        await FullAsync(host, 2);
        using var answer = await host.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task The_end_of_the_system_waits_for_nothing_that_is_half_made()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        host.Agents.IsReady = false;
        await host.PoolAsync(_ => host.Runtime.Containers.Count == 1);
        var picture = host.Http.PostAsync(new Uri("/pictures?name=cube.stl", UriKind.Relative), new ByteArrayContent([1]), Cancellation);
        await host.PoolAsync(_ => host.Runtime.Containers.Count == 2);
        // Asked twice, as by who lost the first answer.
        for (var call = 0; call < 2; call++)
        {
            using var answer = await host.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(host.HasNothing);
        }

        using var refused = await picture;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    private sealed class Broken : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new IOException("broken off"));

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("broken off"));
    }

    private static async Task<string[]> FullAsync(ProvisionerHost host, int size) =>
        [.. (await host.PoolAsync(members => members.Count == size && members.All(member => member.Address is not null))).Select(member => member.Id)];
}
