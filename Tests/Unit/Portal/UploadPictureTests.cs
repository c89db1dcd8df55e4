using System.Net;
using System.Text.Json;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Portal;

public class UploadPictureTests
{
    [Fact]
    public async Task An_upload_gets_its_picture_and_keeps_it_over_a_restart()
    {
        var first = new PortalApp { KeepData = true };
        first.Provisioner.PictureAnswer = HttpStatusCode.ServiceUnavailable;
        var cookie = Assert.Single((await first.Browser().PostAsync("/api/session/guest")).Headers.GetValues("Set-Cookie")).Split(';')[0];
        var browser = first.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        var upload = await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(JsonValueKind.Null, upload.GetProperty("thumbnail").ValueKind);
        await Eventually.TrueAsync(() => !first.Provisioner.Pictured.IsEmpty);
        await first.DisposeAsync();

        // What could not be done before is done now.
        await using var second = new PortalApp(first.Data);
        var again = second.Browser();
        again.DefaultRequestHeaders.Add("Cookie", cookie);
        await Eventually.TrueAsync(() => !second.Provisioner.Pictured.IsEmpty);
        Assert.Equal("a.obj", Assert.Single(second.Provisioner.Pictured));
        string? thumbnail = null;
        await Eventually.TrueAsync(async () => (thumbnail = (await MeshAsync(again, upload)).GetProperty("thumbnail").GetString()) is not null);
        using var picture = await again.GetAsync(thumbnail!);
        Assert.Equal(FakeProvisioner.Png, await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_picture_leaves_as_much_of_the_disk_free_as_an_upload()
    {
        var first = new PortalApp { KeepData = true, OwnRounds = [typeof(UploadPictures)] };
        await Uploads.SendAsync(await first.GuestAsync(), "a.obj", Uploads.Triangle);
        await first.DisposeAsync();
        await using var full = new PortalApp(first.Data) { OwnRounds = [typeof(UploadPictures)] }.With("Portal:MinFreeBytes", "4000000000000000");
        var uploads = full.Services.GetRequiredService<UploadStore>();
        var mesh = Assert.Single(uploads.WithoutPicture());
        var refusal = await Assert.ThrowsAsync<IOException>(
            () => uploads.AddPictureAsync(mesh, FakeProvisioner.Png, TestContext.Current.CancellationToken));
        Assert.True(refusal.IsDiskFull());
        Assert.Single(uploads.WithoutPicture());
    }

    [Fact]
    public async Task What_Blender_cannot_read_is_not_tried_again()
    {
        await using var app = new PortalApp();
        app.Provisioner.PictureAnswer = HttpStatusCode.UnprocessableEntity;
        var browser = await app.GuestAsync();
        await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await Eventually.TrueAsync(() => app.Provisioner.Pictured.Count == 1);
        await (await Uploads.SendAsync(browser, "b.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await Eventually.TrueAsync(() => app.Provisioner.Pictured.Count == 2);
        Assert.Equal(["a.obj", "b.obj"], app.Provisioner.Pictured);
    }

    [Fact]
    public async Task Files_that_hang_Blender_keep_nobody_elses_from_their_turn()
    {
        await using var app = new PortalApp();
        app.Provisioner.PictureAnswer = HttpStatusCode.ServiceUnavailable;
        var (anna, bert) = (await app.GuestAsync(), await app.GuestAsync("192.0.2.2"));
        for (var number = 0; number < 6; number++)
            await (await Uploads.SendAsync(anna, $"hangs{number}.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await (await Uploads.SendAsync(bert, "fine.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await Eventually.TrueAsync(() => !app.Provisioner.Pictured.IsEmpty);
        app.Provisioner.Pictured.Clear();

        app.Provisioner.PictureAnswer = HttpStatusCode.GatewayTimeout;
        app.Services.GetRequiredService<UploadPictures>().Poke();
        await Eventually.TrueAsync(() => app.Provisioner.Pictured.Count >= 7);
        Assert.InRange(app.Provisioner.Pictured.ToList().IndexOf("fine.obj"), 0, 1);
        // Once is enough: each takes as long as a picture may.
        app.Services.GetRequiredService<UploadPictures>().Poke();
        await (await Uploads.SendAsync(bert, "last.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await Eventually.TrueAsync(() => app.Provisioner.Pictured.Contains("last.obj"));
        Assert.Equal(8, app.Provisioner.Pictured.Count);
    }

    private static async Task<JsonElement> MeshAsync(Browser browser, JsonElement mesh) =>
        await (await browser.GetAsync($"/api/meshes/{mesh.GetProperty("id").GetString()}")).JsonAsync();
}
