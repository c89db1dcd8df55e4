using System.Net;
using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class CatalogueTests(RunningSystem system)
{
    [Fact]
    public async Task EveryFormatAndTheTutorialsThreeAreThere()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var meshes = await guest.MeshesAsync();
        Assert.True(meshes.Length >= 9, $"Only {meshes.Length} meshes: {string.Join(", ", meshes.Select(mesh => mesh.Id))}");
        Assert.All(["cart", "extinguisher", "watering"],
            word => Assert.Contains(meshes, mesh => mesh.Id.Contains(word, StringComparison.Ordinal)));
        Assert.All(["blend", "stl", "obj", "ply", "glb", "fbx"], format =>
            Assert.Contains(meshes, mesh => mesh.Format.TrimStart('.').Equals(format, StringComparison.OrdinalIgnoreCase)));
        Assert.All(meshes, mesh => Assert.InRange(mesh.Triangles ?? 0, 2_000, 200_000));
        Assert.Distinct(meshes.Select(mesh => mesh.Id));
    }

    [Fact]
    public async Task EachHasAPictureAndAFile()
    {
        await using var guest = await system.SignInAsGuestAsync();
        foreach (var mesh in await guest.MeshesAsync())
        {
            using var picture = await guest.Http.GetAsync(mesh.Thumbnail, TestContext.Current.CancellationToken);
            Assert.Equal("image/png", picture.Content.Headers.ContentType?.MediaType);
            var bytes = await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.True(bytes.AsSpan(1).StartsWith("PNG"u8), $"The picture of {mesh.Id} is no PNG.");
            using var file = await guest.Http.GetAsync($"/api/meshes/{mesh.Id}/file", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal(mesh.Bytes, (await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).LongLength);
        }
    }

    [Fact]
    public async Task AnUploadGetsAPictureOfItselfFromABlenderThatIsGoneAfterwards()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var sample = Path.Combine(RunningSystem.RepositoryRoot, "Meshes", "teapot.stl");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(sample, TestContext.Current.CancellationToken)), "file", "mine.stl" } };
        using var answer = await guest.Http.PostAsync("/api/meshes", form, TestContext.Current.CancellationToken);
        var upload = await PortalClient.ReadAsync<Mesh>(answer, HttpStatusCode.Created);

        var pictured = await Eventually.GetAsync(
            async () => (await guest.MeshesAsync()).Single(mesh => mesh.Id == upload.Id), mesh => mesh.Thumbnail is not null,
            "the upload's picture", AtMost.Minutes(2));
        var picture = Picture.Decode(await guest.Http.GetByteArrayAsync(pictured.Thumbnail, TestContext.Current.CancellationToken));
        Assert.Equal((480, 360), (picture.Width, picture.Height));
        var shown = Enumerable.Range(0, 480 * 360).Count(at => picture[at % 480, at / 480] != (0, 0, 0)) / (480.0 * 360);
        Assert.InRange(shown, 0.05, 0.9);
        await using var stranger = await system.SignInAsGuestAsync();
        using var refused = await stranger.Http.GetAsync(pictured.Thumbnail, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task WhatIsNotThereIsRefusedInWords()
    {
        await using var guest = await system.SignInAsGuestAsync();
        using var answer = await guest.PostLaunchAsync("no-such-mesh");
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.NotFound);
        using var file = await guest.Http.GetAsync("/api/meshes/..%2f..%2fappsettings.json/file", TestContext.Current.CancellationToken);
        Assert.False(file.IsSuccessStatusCode);
    }
}
