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
    // What a header announces and the file does not hold: twice 2^63 - 2^31 + 2^28 is, in 64 bits, less than nothing.
    [InlineData("chair.ply", "ply\nformat binary_little_endian 1.0\nelement vertex 9223372034975727616\nproperty short x\nend_header\n",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.ply", "ply\nformat binary_little_endian 1.0\nelement face 9223372036854775807\nend_header\n",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.ply", "ply\nformat binary_little_endian 1.0\nelement face 1\nproperty list double int vertex_indices\nend_header\n12345678",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.ply", "ply\nformat ascii 1.0\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n\n",
        HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.gltf", "{\"asset\":{},\"buffers\":[{\"uri\":1}]}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("chair.obj", "", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_no_mesh_is_refused_in_words_and_leaves_nothing(string name, string content, HttpStatusCode status)
    {
        var browser = await portal.App.GuestAsync();
        await (await Uploads.SendAsync(browser, name, content)).ShouldRefuseAsync(status);
        Assert.DoesNotContain("chair", await browser.GetStringAsync("/api/meshes"), StringComparison.Ordinal);
        Assert.DoesNotContain(Uploads.KeptBy(portal.App), folder => folder.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"asset\":{},\"buffers\":[null,1]}")]
    [InlineData("{\"asset\":{},\"meshes\":[null,{\"primitives\":[null,{\"indices\":0}]}],\"nodes\":[null,{\"mesh\":1}],\"accessors\":[null]}")]
    public async Task A_glTF_with_holes_has_no_triangles(string content)
    {
        var mesh = await (await Uploads.SendAsync(await portal.App.GuestAsync(), "holes.gltf", content)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(0, mesh.GetProperty("triangles").GetInt32());
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
