using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class UploadCheckTests(SharedPortal portal) : IClassFixture<SharedPortal>
{
    [Theory]
    [InlineData("chair.obj", "this is no mesh\0at all", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair.stl", Uploads.Triangle, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair.exe", "MZ", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair", "solid", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair.blend", "PK\u0003\u0004", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair.gltf", "{\"asset\":{\"version\":\"2.0\"},\"buffers\":[{\"uri\":\"/etc/passwd\"}]}",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.gltf", "{\"hello\":1}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("chair.gltf", "{\"asset\":", HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.stl", "solid a\nfacet\nendfacet\n", HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.ply", "ply\nformat ascii 1.0\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.obj", "", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_no_mesh_is_refused_in_words_and_leaves_nothing(string name, string content, HttpStatusCode status)
    {
        var browser = await portal.App.GuestAsync();
        await (await Uploads.SendAsync(browser, name, content)).ShouldRefuseAsync(status);
        Assert.DoesNotContain("chair", await browser.GetStringAsync("/api/meshes"), StringComparison.Ordinal);
        Assert.DoesNotContain(Uploads.KeptBy(portal.App), folder => folder.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../../etc/cron.d/evil.obj", "evil")]
    [InlineData("C:\\Users\\ada\\teapot.obj", "teapot")]
    [InlineData("<script>.obj", "<script>")]
    [InlineData(".obj", "Unnamed")]
    public async Task A_name_is_only_ever_a_name(string fileName, string shown)
    {
        var mesh = await (await Uploads.SendAsync(await portal.App.GuestAsync(), fileName, Uploads.Triangle))
            .JsonAsync(HttpStatusCode.Created);
        Assert.Equal(shown, mesh.GetProperty("name").GetString());
        Assert.Contains(Path.Combine(portal.App.Data, "uploads", mesh.GetProperty("id").GetString()!), Uploads.KeptBy(portal.App));
    }
}
