using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Pictures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class PictureTests
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n\u001a\n"u8, 1, 2, 3];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mesh_has_its_picture_taken_in_a_desktop_of_its_own_that_is_gone_afterwards()
    {
        await using var host = new ProvisionerHost();
        host.Agents.Picture = Png;
        using var answer = await PostAsync(host);
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Png, await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(("a cube.stl", "mesh"), Assert.Single(host.Agents.Opened));
        Assert.True(host.HasNothing);
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity)]
    [InlineData(HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway)]
    public async Task A_mesh_that_Blender_cannot_read_is_refused_and_leaves_nothing(HttpStatusCode agents, HttpStatusCode ours)
    {
        await using var host = new ProvisionerHost();
        host.Agents.OpenAnswer = agents;
        using var answer = await PostAsync(host);
        Assert.Equal(ours, answer.StatusCode);
        Assert.Contains("This is no mesh.", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task What_could_not_be_removed_then_is_removed_by_the_next_look()
    {
        await using var host = new ProvisionerHost();
        host.Agents.Picture = Png;
        host.Runtime.Faults["remove"] = new ProblemException(503, "No", "The engine said no.");
        using var answer = await PostAsync(host);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(host.Runtime.Containers);
        host.Runtime.Faults.Clear();
        await LifecycleTests.ReconcileAsync(host);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_full_house_takes_no_pictures()
    {
        await using var host = new ProvisionerHost { Options = { ["Max"] = "1" } };
        await host.LaunchReadyAsync();
        using var answer = await PostAsync(host);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(host.Runtime.Containers);
    }

    [Fact]
    public async Task A_mesh_that_Blender_never_draws_is_the_meshs_own_fault_and_is_not_to_be_tried_for_ever()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = new ProvisionerHost { Time = time };
        host.Agents.HangsOnOpen = true;
        var posting = PostAsync(host);
        await host.Agents.HangsAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        using var answer = await posting;
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        await using var host = new ProvisionerHost();
        host.Agents.Picture = "<script>"u8.ToArray();
        using var answer = await PostAsync(host);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task What_was_saved_last_has_its_picture_taken_elsewhere_a_while_later()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = new ProvisionerHost { Time = time, OwnRounds = [typeof(SavePhotographer)] };
        host.Agents.Picture = Png;
        var desktop = await host.LaunchReadyAsync();
        (await host.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation))
            .EnsureSuccessStatusCode();
        var save = await SaveAsync(host);
        Assert.False(save.HasPicture);
        Assert.Equal(HttpStatusCode.NotFound, await LookAsync(host, save, "anna"));

        var photographer = host.Services.GetRequiredService<SavePhotographer>();
        await photographer.RunOnceAsync(Cancellation);
        Assert.False((await SaveAsync(host)).HasPicture);
        time.Advance(TimeSpan.FromSeconds(10));
        await photographer.RunOnceAsync(Cancellation);
        save = await SaveAsync(host);
        Assert.True(save.HasPicture);
        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, save, "anna"));
        Assert.Equal(HttpStatusCode.NotFound, await LookAsync(host, save, "bert"));
        Assert.Equal(("work.blend", "BLENDER"), host.Agents.Opened[^1]);
        Assert.Equal(desktop.Id, Assert.Single(host.Runtime.Containers).Key);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_ends_nothing_and_keeps_no_other_waiting()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        await using var host = new ProvisionerHost
        {
            Store = store.FullName,
            Time = time,
            // Time runs until the picture is there, and must end nothing else.
            Options = { ["LaunchTimeout"] = "10:00:00", ["IdleTimeout"] = "00:00:00", ["MaxLifetime"] = "00:00:00" },
        };
        host.Agents.Picture = Png;
        var desktop = await host.LaunchReadyAsync();
        var photographer = host.Services.GetRequiredService<SavePhotographer>();
        var wall = Path.Combine(store.FullName, "in the way");
        // A link that leads to itself: nobody can list it, not even root.
        File.CreateSymbolicLink(wall, wall);
        photographer.Note(new(Path.Combine(wall, "x.blend"), new(time.GetUtcNow(), desktop.Id, IsCheckpoint: false)));
        time.Advance(TimeSpan.FromSeconds(5));
        (await host.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation))
            .EnsureSuccessStatusCode();

        await Eventually.TrueAsync(time, TimeSpan.FromSeconds(5), async () => (await SaveAsync(host)).HasPicture);
        Assert.False(photographer.ExecuteTask!.IsCompleted);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.DisposeAsync();
        store.Delete(recursive: true);
    }

    private static async Task<Save> SaveAsync(ProvisionerHost host) =>
        Assert.Single((await host.Http.GetFromJsonAsync<Save[]>("/saves?owner=anna", Cancellation))!);

    private static async Task<HttpStatusCode> LookAsync(ProvisionerHost host, Save save, string owner) =>
        (await host.Http.GetAsync(new Uri($"/saves/{save.Id}/picture?owner={owner}", UriKind.Relative), Cancellation)).StatusCode;

    private static Task<HttpResponseMessage> PostAsync(ProvisionerHost host) =>
        host.Http.PostAsync(
            new Uri("/pictures?name=a%20cube.stl", UriKind.Relative), new ByteArrayContent("mesh"u8.ToArray()), Cancellation);
}
