using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>An engine that restarts: with live-restore it leaves its containers alone, without it takes them with it.</summary>
public sealed class EngineTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEngineThatComesBackFindsItsDesktopsAndOneThatTookThemHasThemReportedAndTheirWorkOffered()
    {
        await using var own = await OwnProvisioner.StartAsync(system, ("ReconcileInterval", "00:00:01"));
        string[] owners = ["anna", "bert"];
        await Task.WhenAll(owners.Select(owner => own.AdmitAsync(owner)));
        var desktops = (await own.WaitReadyAsync(owners)).ToDictionary(desktop => desktop.Owner);
        using var saved = await own.Http.PostAsync($"/desktops/{desktops["anna"].Id}/save", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);

        own.Wire.CutEngine();
        using (var refused = await own.PostLaunchAsync("carl"))
        {
            var problem = await PortalClient.ReadProblemAsync(refused, HttpStatusCode.ServiceUnavailable);
            Assert.Contains("engine", problem.Title, StringComparison.OrdinalIgnoreCase);
        }

        own.Wire.MendEngine();
        await own.AdmitAsync("carl");
        await own.WaitReadyAsync(["anna", "bert", "carl"]);
        Assert.Equal(desktops["anna"].Id, (await own.DesktopsAsync()).Single(desktop => desktop.Owner == "anna").Id);

        own.Wire.CutEngine();
        foreach (var desktop in desktops.Values)
            await system.Engine.KillAsync((await system.Engine.DesktopAsync(desktop.Id)).ID);
        own.Wire.MendEngine();
        var anna = await own.WaitForAsync(desktops["anna"].Id, "failed");
        Assert.StartsWith("Blender was killed from outside. Your work was last saved at", anna.Message, StringComparison.Ordinal);
        var bert = await own.WaitForAsync(desktops["bert"].Id, "failed");
        Assert.Equal("Blender was killed from outside. Nothing had been saved.", bert.Message);
        foreach (var desktop in desktops.Values)
            await Gone.AssertAsync(system, desktop.Id);

        var work = Assert.Single((await own.Http.GetFromJsonAsync<Save[]>("/saves?owner=anna", Cancelled))!);
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new { owner = "anna", mesh = work.Mesh, fileName = "watering-can.obj", resume = work.Id }), "launch" },
        };
        using var answer = await own.Http.PostAsync("/desktops", form, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await own.WaitReadyAsync(["anna"]);
    }
}
