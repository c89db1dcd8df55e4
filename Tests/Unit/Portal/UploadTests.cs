using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class UploadTests
{
    [Fact]
    public async Task An_upload_is_in_its_owners_catalogue_and_in_no_other()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();

        var mesh = await (await Uploads.SendAsync(browser, "My_Chair.OBJ", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);

        var id = mesh.GetProperty("id").GetString();
        Assert.Equal(("My Chair", "obj", 1),
            (mesh.GetProperty("name").GetString(), mesh.GetProperty("format").GetString(), mesh.GetProperty("triangles").GetInt32()));
        Assert.Equal(Uploads.Triangle, await browser.GetStringAsync($"/api/meshes/{id}/file"));
        var stranger = await app.GuestAsync();
        Assert.DoesNotContain(id!, await stranger.GetStringAsync("/api/meshes"), StringComparison.Ordinal);
        await (await stranger.GetAsync($"/api/meshes/{id}/file")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await stranger.DeleteAsync($"/api/meshes/{id}")).ShouldRefuseAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_upload_can_be_deleted_and_leaves_no_file()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mesh = await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        var id = mesh.GetProperty("id").GetString();

        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync($"/api/meshes/{id}")).StatusCode);

        await (await browser.GetAsync($"/api/meshes/{id}")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        Assert.Empty(Uploads.KeptBy(app));
    }

    [Fact]
    public async Task The_refusal_says_what_the_file_looks_like()
    {
        await using var app = new PortalApp();
        var problem = await (await Uploads.SendAsync(await app.GuestAsync(), "chair.stl", Uploads.Triangle))
            .ShouldRefuseAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Contains(".obj", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_large_is_refused_and_leaves_nothing()
    {
        await using var app = new PortalApp().With("Portal:MaxUploadBytes", "1000");
        var browser = await app.GuestAsync();
        var large = Uploads.Triangle + new string('#', 2000);
        await (await Uploads.SendAsync(browser, "large.obj", large)).ShouldRefuseAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(Uploads.KeptBy(app));
    }

    [Fact]
    public async Task What_is_on_its_way_counts_as_well()
    {
        await using var app = new PortalApp().With("Portal:MaxUploadsPerOwner", "1");
        var browser = await app.GuestAsync();
        var pipe = new System.IO.Pipelines.Pipe();
        using var slow = new StreamContent(pipe.Reader.AsStream());
        slow.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        await WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.obj\"\r\n\r\n" + Uploads.Triangle);
        var first = browser.PostAsync("/api/meshes", slow);
        await Eventually.TrueAsync(() => Uploads.KeptBy(app).Any());

        await (await Uploads.SendAsync(browser, "b.obj", Uploads.Triangle)).ShouldRefuseAsync(HttpStatusCode.Conflict);
        await WriteAsync("\r\n--b--\r\n");
        await pipe.Writer.CompleteAsync();
        var mesh = await (await first).JsonAsync(HttpStatusCode.Created);
        await browser.DeleteAsync($"/api/meshes/{mesh.GetProperty("id").GetString()}");
        await (await Uploads.SendAsync(browser, "b.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);

        async Task WriteAsync(string text) =>
            await pipe.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_on_its_way_when_its_guest_signs_out_is_not_kept()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var pipe = new System.IO.Pipelines.Pipe();
        using var slow = new StreamContent(pipe.Reader.AsStream());
        slow.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        await WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.obj\"\r\n\r\n" + Uploads.Triangle);
        var upload = browser.PostAsync("/api/meshes", slow);
        await Eventually.TrueAsync(() => Uploads.KeptBy(app).Any());

        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync("/api/session")).StatusCode);
        await WriteAsync("\r\n--b--\r\n");
        await pipe.Writer.CompleteAsync();
        await (await upload).ShouldRefuseAsync(HttpStatusCode.Gone);
        Assert.Empty(Uploads.KeptBy(app));

        async Task WriteAsync(string text) =>
            await pipe.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Where_too_little_is_free_nothing_is_uploaded()
    {
        await using var app = new PortalApp().With("Portal:MinFreeBytes", "1000000000000000000");
        var browser = await app.GuestAsync();
        await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).ShouldRefuseAsync(HttpStatusCode.InsufficientStorage);
        Assert.Empty(Uploads.KeptBy(app));
    }

    [Theory]
    [InlineData("mesh", "")]
    [InlineData("mesh.json", "")]
    [InlineData("mesh.json", null)]
    public async Task What_a_power_cut_has_left_of_an_upload_is_neither_listed_nor_kept(string file, string? left)
    {
        var first = new PortalApp { KeepData = true };
        var signIn = await first.Browser().PostAsync("/api/session/guest");
        var cookie = Assert.Single(signIn.Headers.GetValues("Set-Cookie")).Split(';')[0];
        var browser = first.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await first.DisposeAsync();
        var path = Path.Combine(Directory.GetDirectories(Path.Combine(first.Data, "uploads")).Single(), file);
        File.Delete(path);
        if (left is not null)
            await File.WriteAllTextAsync(path, left, TestContext.Current.CancellationToken);

        await using var second = new PortalApp(first.Data);
        var again = second.Browser();
        again.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.DoesNotContain("\"name\":\"a\"", await again.GetStringAsync("/api/meshes"), StringComparison.Ordinal);
        Assert.Empty(Uploads.KeptBy(second));
    }

    [Fact]
    public async Task Too_many_are_refused()
    {
        await using var app = new PortalApp().With("Portal:MaxUploadsPerOwner", "1");
        var browser = await app.GuestAsync();
        await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await (await Uploads.SendAsync(browser, "b.obj", Uploads.Triangle)).ShouldRefuseAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_request_without_a_file_is_refused()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        await (await browser.PostAsync("/api/meshes", new StringContent("x"))).ShouldRefuseAsync(HttpStatusCode.UnsupportedMediaType);
        await (await browser.PostAsync("/api/meshes", new MultipartFormDataContent { { new StringContent("x"), "other" } }))
            .ShouldRefuseAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_sample_has_a_picture_and_cannot_be_deleted()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        Assert.Equal("image/png", (await browser.GetAsync("/api/meshes/teapot/thumbnail.png")).Content.Headers.ContentType?.MediaType);
        await (await browser.DeleteAsync("/api/meshes/teapot")).ShouldRefuseAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Uploads_outlive_a_restart_of_the_portal()
    {
        var first = new PortalApp { KeepData = true };
        var signIn = await first.Browser().PostAsync("/api/session/guest");
        var cookie = Assert.Single(signIn.Headers.GetValues("Set-Cookie")).Split(';')[0];
        var browser = first.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        await (await Uploads.SendAsync(browser, "a.obj", Uploads.Triangle)).JsonAsync(HttpStatusCode.Created);
        await first.DisposeAsync();

        await using var second = new PortalApp(first.Data);
        var again = second.Browser();
        again.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Contains("\"name\":\"a\"", await again.GetStringAsync("/api/meshes"), StringComparison.Ordinal);
    }
}
