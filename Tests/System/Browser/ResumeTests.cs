using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>What a person sees of saved work.</summary>
public sealed class ResumeTests(RunningSystem system, Chromium chromium)
{
    private const string Mesh = "watering-can";

    [Fact]
    public async Task SavedWorkIsOfferedOnTheMeshAndOpensAgain()
    {
        var axe = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "axe.min.js"), TestContext.Current.CancellationToken);
        await using var visitor = await Visitor.ArriveAsync(system, chromium, initScript: axe);
        await visitor.SignInAsGuestAsync();
        var first = await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        await visitor.Page.GetByTestId("save-desktop").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("saved-at")).ToContainTextAsync("Saved");
        await visitor.Page.GetByTestId("stop-desktop").ClickAsync();
        await visitor.Page.GetByTestId("confirm-stop").ClickAsync();
        await visitor.Page.GetByTestId("resume-work").WaitForAsync();

        await visitor.Page.GotoAsync("/");
        await visitor.Page.GetByTestId($"saved-{Mesh}").WaitForAsync();
        var violations = await visitor.AskAsync<JsonElement>(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)");
        Assert.True(violations.GetArrayLength() == 0, $"{violations}");

        await visitor.Page.GetByTestId($"resume-mesh-{Mesh}").ClickAsync();
        await visitor.WaitForPictureAsync();
        var second = new Uri(visitor.Page.Url).Segments[^1].Trim('/');
        Assert.NotEqual(first, second);
        using var agent = new AgentClient(await system.Engine.DesktopAsync(second));
        Assert.Equal($"{Mesh}.blend", (await agent.StatusAsync()).Mesh);
        visitor.AssertNoErrors();
    }
}
