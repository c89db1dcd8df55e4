using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class DesktopTests(RunningSystem system, SharedDesktop shared) : IClassFixture<SharedDesktop>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneSeesOnesOwnDesktopsOnly()
    {
        Assert.Equal(shared.Desktop.Id, Assert.Single(await shared.Owner.DesktopsAsync()).Id);
        await using var stranger = await system.SignInAsGuestAsync();
        Assert.Empty(await stranger.DesktopsAsync());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/file")]
    [InlineData("POST", "/ticket")]
    [InlineData("POST", "/save")]
    [InlineData("DELETE", "")]
    [InlineData("DELETE", "?discard=true")]
    public async Task SomebodyElsesDesktopDoesNotExist(string method, string path)
    {
        await using var stranger = await system.SignInAsGuestAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/desktops/{shared.Desktop.Id}{path}");
        using var answer = await stranger.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.NotFound);
        using var still = await shared.Owner.GetDesktopAsync(shared.Desktop.Id);
        Assert.Equal("ready", (await PortalClient.ReadAsync<Desktop>(still, HttpStatusCode.OK)).State);
    }

    [Fact]
    public async Task TheLimitsSayWhatIsFree()
    {
        var limits = await shared.Owner.Http.GetFromJsonAsync<Dictionary<string, object?>>("/api/limits", Cancelled);
        Assert.True(int.Parse($"{limits!["running"]}", null) >= 1);
        Assert.Contains("available", limits.Keys);
    }

    [Fact]
    public async Task WhoHangsUpBeforeTheAnswerDoesNotEndBlender()
    {
        using var agent = new AgentClient(shared.Container);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(agent.AskInVainAsync("status"), agent.AskInVainAsync("scene"), agent.AskInVainAsync("nothing"));
            await agent.SceneAsync();
            Assert.Null((await agent.StatusAsync()).Resumed);
        }
    }

    [Fact]
    public async Task ASavedFileIsABlendThatOpensAgain()
    {
        using var saved = await shared.Owner.Http.PostAsync($"/api/desktops/{shared.Desktop.Id}/save", null, Cancelled);
        var desktop = await PortalClient.ReadAsync<Desktop>(saved, HttpStatusCode.OK);
        Assert.NotNull(desktop.SavedAt);

        using var answer = await shared.Owner.Http.GetAsync($"/api/desktops/{shared.Desktop.Id}/file", Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var file = await answer.Content.ReadAsByteArrayAsync(Cancelled);
        Assert.True(
            file.AsSpan().StartsWith("BLENDER"u8) || file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]),
            $"The file begins with {Convert.ToHexString(file.AsSpan(0, Math.Min(8, file.Length)))}, as no .blend does.");

        using var agent = new AgentClient(shared.Container);
        var before = await agent.StatusAsync();
        using var content = new MemoryStream(file);
        var after = await agent.OpenAsync("again.blend", content);
        Assert.Equal(before.Objects, after.Objects);
        Assert.Equal(before.Triangles, after.Triangles);
    }
}
