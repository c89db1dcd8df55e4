using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Work goes on where it was left, for its owner and for nobody else.</summary>
public class ResumeTests
{
    private static readonly Uri Desktops = new("/desktops", UriKind.Relative);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Saved_work_outlives_its_desktop_and_the_process_and_is_opened_again()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using (var first = new ProvisionerHost { Store = store })
        {
            var desktop = await first.LaunchReadyAsync();
            await first.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), Cancellation);
            await first.WaitAsync(desktop.Id, DesktopState.Stopped);
        }

        await using var second = new ProvisionerHost { Store = store };
        var save = Assert.Single(await CheckpointTests.SavesAsync(second));
        Assert.False(save.Checkpoint);
        Assert.Equal(
            "BLENDER", await second.Http.GetStringAsync(new Uri($"/saves/{save.Id}/file?owner=anna", UriKind.Relative), Cancellation));
        Assert.Equal(HttpStatusCode.Accepted, await ResumeAsync(second, "anna", "cube", save.Id));
        var resumed = Assert.Single((await second.Http.GetFromJsonAsync<Desktop[]>(Desktops, Cancellation))!);
        await second.WaitAsync(resumed.Id, DesktopState.Ready);
        Assert.Equal(("cube.blend", "BLENDER"), Assert.Single(second.Agents.Opened));
        await second.DisposeAsync();
        Directory.Delete(store, recursive: true);
    }

    [Fact]
    public async Task In_place_of_a_checkpoint_that_was_replaced_since_it_was_listed_the_newer_one_is_opened_and_that_is_said()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var host = new ProvisionerHost { Time = time, OwnRounds = [typeof(Checkpoints), typeof(DesktopCuller)], Options = { ["Pictures"] = "false" } };
        await host.LaunchReadyAsync();
        var replaced = await CheckpointAsync(host, time);
        var newer = await CheckpointAsync(host, time);
        var path = new Uri($"/saves/{replaced.Id}?owner=anna", UriKind.Relative);
        var file = await host.Http.GetAsync(new Uri($"/saves/{replaced.Id}/file?owner=anna", UriKind.Relative), Cancellation);
        Assert.Equal("cube-newer-20261123T080400Z.blend", file.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal(newer.SavedAt, file.Content.Headers.LastModified);
        // Who wants it gone has what he wants; the newer one he has not seen.
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync(path, Cancellation)).StatusCode);
        Assert.Equal(newer.Id, Assert.Single(await CheckpointTests.SavesAsync(host)).Id);

        var resumed = await ResumedAsync(host, replaced.Id);
        Assert.Equal(
            "What you picked had been replaced by a newer save of the same desktop, of 2026-11-23 08:04:00Z. The newer one was opened.",
            (await host.WaitAsync(resumed.Id, DesktopState.Ready)).Notice);
        Assert.Equal(("cube.blend", "BLENDER"), host.Agents.Opened[^1]);
        var exact = await ResumedAsync(host, newer.Id);
        Assert.Null((await host.WaitAsync(exact.Id, DesktopState.Ready)).Notice);
        Assert.Equal(HttpStatusCode.NotFound, await ResumeAsync(host, "bert", "cube", replaced.Id));
    }

    [Fact]
    public async Task Nobody_resumes_fetches_or_removes_what_is_somebody_elses()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        await host.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation);
        var save = Assert.Single(await CheckpointTests.SavesAsync(host));
        var theirs = new Uri($"/saves/{save.Id}?owner=bert", UriKind.Relative);
        Assert.Empty(await CheckpointTests.SavesAsync(host, "bert"));
        Assert.Equal(HttpStatusCode.NotFound, await ResumeAsync(host, "bert", "cube", save.Id));
        Assert.Equal(HttpStatusCode.NotFound,
            (await host.Http.GetAsync(new Uri($"/saves/{save.Id}/file?owner=bert", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync(theirs, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await host.Anonymous.GetAsync(new Uri("/saves?owner=anna", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await ResumeAsync(host, "anna", "another mesh", save.Id));
        Assert.Equal(HttpStatusCode.NoContent,
            (await host.Http.DeleteAsync(new Uri($"/saves/{save.Id}?owner=anna", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await ResumeAsync(host, "anna", "cube", save.Id));
    }

    [Fact]
    public async Task What_a_guest_has_saved_goes_with_the_guest()
    {
        await using var host = new ProvisionerHost();
        var response = await host.Http.PostAsync(new Uri("/guests", UriKind.Relative), null, Cancellation);
        var guest = (await response.Content.ReadFromJsonAsync<Guest>(Cancellation))!.Username;
        var desktop = await host.LaunchReadyAsync(guest);
        await host.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation);
        Assert.Single(await CheckpointTests.SavesAsync(host, guest));

        Assert.Equal(HttpStatusCode.NoContent,
            (await host.Http.DeleteAsync(new Uri($"/guests/{guest}", UriKind.Relative), Cancellation)).StatusCode);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Empty(await CheckpointTests.SavesAsync(host, guest));
        Assert.True(host.HasNothing);
    }

    private static async Task<Save> CheckpointAsync(ProvisionerHost host, FakeTimeProvider time)
    {
        await host.SettleAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        host.Agents.Unsaved = true;
        await host.Services.GetRequiredService<Checkpoints>().RunOnceAsync(Cancellation);
        return Assert.Single(await CheckpointTests.SavesAsync(host));
    }

    private static async Task<HttpStatusCode> ResumeAsync(ProvisionerHost host, string owner, string mesh, string save)
    {
        using var answer = await PostAsync(host, owner, mesh, save);
        return answer.StatusCode;
    }

    private static async Task<Desktop> ResumedAsync(ProvisionerHost host, string save)
    {
        using var answer = await PostAsync(host, "anna", "cube", save);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
    }

    private static async Task<HttpResponseMessage> PostAsync(ProvisionerHost host, string owner, string mesh, string save)
    {
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new LaunchRequest(owner, mesh, "cube.stl", Resume: save)), "launch" },
        };
        return await host.Http.PostAsync(Desktops, form, Cancellation);
    }
}
