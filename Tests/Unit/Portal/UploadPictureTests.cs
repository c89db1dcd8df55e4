using System.Net;
using System.Text.Json;

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

    private static async Task<JsonElement> MeshAsync(Browser browser, JsonElement mesh) =>
        await (await browser.GetAsync($"/api/meshes/{mesh.GetProperty("id").GetString()}")).JsonAsync();
}
