using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Pool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DrainTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_is_told_saved_and_stopped_and_to_stay_changes_nothing()
    {
        await using var host = new ProvisionerHost { Time = _time, Options = { ["CheckpointInterval"] = "00:00:00" } };
        var desktop = await host.LaunchReadyAsync();
        var begun = await PostAsync(host, 60);
        Assert.Equal((DrainState.Draining, 1, _time.GetUtcNow().AddSeconds(60)), (begun.State, begun.Left, begun.Until));
        await ToldAsync(host, desktop.Id, begun);
        using var answer = await host.Http.PostAsync(Path($"/desktops/{desktop.Id}/stay"), null, Cancellation);
        var stays = (await answer.Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
        Assert.Equal((CullReason.Drain, begun.Until), (stays.Warning, stays.ExpiresAt));

        _time.Advance(TimeSpan.FromSeconds(60));
        var stopped = await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal("This system is being emptied. Stopped. Your work was saved.", stopped.Message);
        Assert.Single(await CheckpointTests.SavesAsync(host));
        Assert.True(host.HasNothing);
        var drained = await GetAsync(host);
        Assert.Equal((DrainState.Drained, 0, 0), (drained.State, drained.Left, drained.Pool));
    }

    [Fact]
    public async Task A_launch_is_refused_in_words_until_the_drain_is_over()
    {
        await using var host = new ProvisionerHost();
        await PostAsync(host);
        using var refused = await LaunchAsync(host);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(120, refused.Headers.RetryAfter?.Delta?.TotalSeconds);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(("draining", 0), (problem.GetProperty("limit").GetString(), problem.GetProperty("available").GetInt32()));
        Assert.Equal("No desktops are started just now", problem.GetProperty("title").GetString());
        var limits = await host.Http.GetFromJsonAsync<Limits>(Path("/limits?owner=anna"), Cancellation);
        Assert.Equal(("draining", 0), (limits!.NextLimit, limits.Available));
        Assert.Contains("No launches are admitted", await host.Anonymous.GetStringAsync(Path("/health"), Cancellation), StringComparison.Ordinal);

        Assert.Equal(DrainState.Off, (await DeleteAsync(host)).State);
        await host.LaunchReadyAsync();
        Assert.Equal(DrainState.Off, (await DeleteAsync(host)).State);
    }

    [Fact]
    public async Task Who_may_go_on_is_told_so()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        var begun = await PostAsync(host);
        await ToldAsync(host, desktop.Id, begun);
        await DeleteAsync(host);
        await CheckpointTests.WaitAsync(host, desktop.Id, now => now.Warning is null && now.ExpiresAt != begun.Until);
    }

    [Fact]
    public async Task Asked_again_it_only_becomes_shorter()
    {
        await using var host = new ProvisionerHost { Time = _time };
        var first = await PostAsync(host);
        Assert.Equal((_time.GetUtcNow(), _time.GetUtcNow().AddMinutes(5)), (first.Since, first.Until));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(first, await PostAsync(host));
        Assert.Equal(first, await PostAsync(host, 300));
        var shorter = await PostAsync(host, 30);
        Assert.Equal((first.Since, _time.GetUtcNow().AddSeconds(30)), (shorter.Since, shorter.Until));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("86401")]
    [InlineData("soon")]
    public async Task A_time_that_is_none_is_refused(string within)
    {
        await using var host = new ProvisionerHost();
        using var answer = await host.Http.PostAsync(Path($"/drain?within={within}"), null, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(DrainState.Off, (await GetAsync(host)).State);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Nobody_drains_without_the_key(string method)
    {
        await using var host = new ProvisionerHost();
        using var answer = await host.Anonymous.SendAsync(new(new(method), Path("/drain")), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_drained_machine_stays_so_over_a_restart_and_goes_on_with_what_is_left()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        var first = new ProvisionerHost { Store = store.FullName, Time = _time };
        var desktop = await first.LaunchReadyAsync();
        var begun = await PostAsync(first, 600);
        await first.DisposeAsync();

        await using var second = new ProvisionerHost { Store = store.FullName, Time = _time, Runtime = first.Runtime, Guacamole = first.Guacamole };
        Assert.Equal(begun, await GetAsync(second));
        using var refused = await LaunchAsync(second);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await ToldAsync(second, desktop.Id, begun);
        _time.Advance(TimeSpan.FromSeconds(600));
        await second.WaitAsync(desktop.Id, DesktopState.Stopped);
        await DeleteAsync(second);
        Assert.False(File.Exists(System.IO.Path.Combine(store.FullName, "drain.json")));
        await second.DisposeAsync();
        store.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_written_and_cannot_be_read_is_a_drain_all_the_same()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        await File.WriteAllTextAsync(System.IO.Path.Combine(store.FullName, "drain.json"), "{", Cancellation);
        await using var host = new ProvisionerHost { Store = store.FullName };
        Assert.Equal(DrainState.Drained, (await GetAsync(host)).State);
        Assert.Equal(DrainState.Off, (await DeleteAsync(host)).State);
        await host.DisposeAsync();
        store.Delete(recursive: true);
    }

    [Fact]
    public async Task The_pool_is_emptied_and_filled_again_afterwards()
    {
        await using var host = new ProvisionerHost { PoolSize = 2 };
        var pool = host.Services.GetRequiredService<WarmPool>();
        await Eventually.TrueAsync(() => pool.Available == 2);
        await PostAsync(host);
        await Eventually.TrueAsync(() => host.HasNothing);
        Assert.Equal(DrainState.Drained, (await GetAsync(host)).State);
        await DeleteAsync(host);
        await Eventually.TrueAsync(() => pool.Available == 2);
    }

    [Fact]
    public async Task What_is_half_made_for_nobody_is_not_finished_first()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        host.Agents.IsReady = false;
        var pool = host.Services.GetRequiredService<WarmPool>();
        await Eventually.TrueAsync(() => host.Runtime.Containers.Count == 1);
        var member = host.Runtime.Containers.Keys.Single();
        var picture = host.Http.PostAsync(Path("/pictures?name=cube.stl"), new ByteArrayContent([1]), Cancellation);
        await Eventually.TrueAsync(() => host.Runtime.Containers.Count == 2);
        await PostAsync(host);
        await Eventually.TrueAsync(() => host.HasNothing);
        using var refused = await picture;
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("This system is being emptied. Try again later.", problem.GetProperty("detail").GetString());
        await Eventually.TrueAsync(() => host.Services.GetRequiredService<DrainReport>().Now().State == DrainState.Drained);
        Assert.DoesNotContain(host.Log.Faults, line => line.Text.Contains("pool", StringComparison.Ordinal) || line.Trace is not null);

        host.Agents.IsReady = true;
        await DeleteAsync(host);
        await Eventually.TrueAsync(() => pool.Available == 1);
        Assert.NotEqual(member, host.Runtime.Containers.Keys.Single());
    }

    [Fact]
    public async Task A_launch_that_is_under_way_when_the_time_is_over_is_undone()
    {
        await using var host = new ProvisionerHost();
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        await host.WaitAsync(desktop.Id, DesktopState.Starting);
        await PostAsync(host, 0);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        await Eventually.TrueAsync(() => host.HasNothing);
        Assert.Empty(await CheckpointTests.SavesAsync(host));
    }

    [Fact]
    public async Task What_cannot_be_saved_is_kept_and_tried_again_when_asked_for()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        await using var host = new ProvisionerHost { Store = store.FullName };
        var desktop = await host.LaunchReadyAsync();
        var saves = System.IO.Path.Combine(store.FullName, "saves");
        await File.WriteAllTextAsync(saves, "in the way", Cancellation);
        await PostAsync(host, 0);
        await CheckpointTests.WaitAsync(host, desktop.Id, now => now is { State: DesktopState.Ready, SaveFault: not null });
        var kept = await GetAsync(host);
        Assert.Equal((DrainState.Draining, 1), (kept.State, kept.Left));
        Assert.Contains("what cannot be saved is kept", kept.Message, StringComparison.Ordinal);

        File.Delete(saves);
        await PostAsync(host);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Single(await CheckpointTests.SavesAsync(host));
        await host.DisposeAsync();
        store.Delete(recursive: true);
    }

    [Fact]
    public async Task The_description_of_the_API_has_it()
    {
        await using var host = new ProvisionerHost();
        var document = await host.Anonymous.GetFromJsonAsync<JsonElement>(Path("/openapi/v1.json"), Cancellation);
        var calls = document.GetProperty("paths").GetProperty("/drain");
        Assert.All(["get", "post", "delete"], call => Assert.NotEmpty(calls.GetProperty(call).GetProperty("summary").GetString()!));
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private static async Task<Drain> PostAsync(ProvisionerHost host, int? within = null)
    {
        using var answer = await host.Http.PostAsync(Path(within is null ? "/drain" : $"/drain?within={within}"), null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Drain>(Cancellation))!;
    }

    private static async Task<Drain> GetAsync(ProvisionerHost host) => (await host.Http.GetFromJsonAsync<Drain>(Path("/drain"), Cancellation))!;

    private static async Task<Drain> DeleteAsync(ProvisionerHost host) =>
        (await host.Http.DeleteFromJsonAsync<Drain>(Path("/drain"), Cancellation))!;

    private static async Task<HttpResponseMessage> LaunchAsync(ProvisionerHost host)
    {
        using var form = ProvisionerHost.Form("bert");
        return await host.Http.PostAsync(Path("/desktops"), form, Cancellation);
    }

    private static Task<Desktop> ToldAsync(ProvisionerHost host, string id, Drain drain)
    {
        // At once, or when it has been adopted.
        host.Services.GetRequiredService<DrainKeeper>().RunOnce();
        return CheckpointTests.WaitAsync(host, id, now => now.Warning == CullReason.Drain && now.ExpiresAt == drain.Until);
    }
}
