using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>What all of it is for.</summary>
public sealed class MissionTests(RunningSystem system, Chromium chromium)
{
    private const string Mesh = "watering-can";

    [Fact]
    public async Task APersonPicksAMeshWorksOnItInBlenderAndLeavesNothing()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        var desktop = await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        (await visitor.LookAsync()).Keep("mission-first");

        var container = await system.Engine.DesktopAsync(desktop);
        system.Secrets.Keep("an agent's token", AgentClient.TokenOf(container));
        using var agent = new AgentClient(container);
        var before = await agent.StatusAsync();
        Assert.True(before is { MeshDrawn: true, Objects.Length: > 0, Triangles: > 0 },
            $"The picture is there, but not the mesh: {before}");

        var seen = await Eventually.GetAsync(visitor.LookAsync, BlenderLook.ShowsAMesh, "Blender with a mesh on the screen");
        seen.Keep("mission-before");

        await DeleteEverythingAsync(visitor);
        var after = await Eventually.GetAsync(
            agent.StatusAsync, status => status.Triangles == 0, "the agent to say that the object is gone");
        Assert.DoesNotContain(after.Objects, name => before.Objects.Contains(name));
        var emptied = await Eventually.GetAsync(
            visitor.LookAsync, look => !BlenderLook.ShowsAMesh(look), "the mesh to be gone from the screen");
        emptied.Keep("mission-after");
        Assert.True(BlenderLook.IsBlender(emptied), $"With the mesh, Blender is gone too: {emptied.Keep("mission-after")}");

        await visitor.Page.GetByTestId("stop-desktop").ClickAsync();
        await visitor.Page.GetByTestId("confirm-stop").ClickAsync();
        await Gone.AssertAsync(system, desktop);
        Assert.False(await system.Engine.ExistsAsync(container.ID), "The container is still there.");
        visitor.AssertNoErrors();
    }

    /// <summary>As one does it in Blender: the mouse over the viewport, A for all, X, and Return to confirm.</summary>
    private static async Task DeleteEverythingAsync(Visitor visitor)
    {
        var display = await visitor.Page.GetByTestId("desktop-display").BoundingBoxAsync()
            ?? throw new InvalidOperationException("The display is not on the page.");
        var (x, y) = (display.X + (display.Width * BlenderLook.ViewportCentre.X),
            display.Y + (display.Height * BlenderLook.ViewportCentre.Y));
        await visitor.Page.Mouse.MoveAsync(x - 40, y - 40);
        await visitor.Page.Mouse.MoveAsync(x, y, new() { Steps = 5 });
        foreach (var key in new[] { "a", "x", "Enter" })
            await visitor.Page.Keyboard.PressAsync(key, new() { Delay = 100 });
    }
}
