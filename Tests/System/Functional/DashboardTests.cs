using Aspire.Hosting.ApplicationModel;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>What an operator sees of desktops in the dashboard, and can do there: by resource ids, as the dashboard does it.</summary>
public sealed class DashboardTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADesktopIsAResourceThatCanBeOpenedSavedAndStopped()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");

        var shown = await WaitAsync(
            desktop.Id, snapshot => snapshot.State?.Text == "Ready" && Property(snapshot, "desktop.memory") is not null);
        Assert.StartsWith("watering-can-", shown.Resource.Name, StringComparison.Ordinal);
        Assert.True(system.App.ResourceNotifications.TryGetCurrentState("desktops", out var parent));
        Assert.Equal(parent.ResourceId, Property(shown.Snapshot, "resource.parentName"));
        Assert.Equal(("watering-can.obj", "guest"), (Property(shown.Snapshot, "desktop.mesh"), Property(shown.Snapshot, "desktop.owner")));
        Assert.EndsWith("iB", Property(shown.Snapshot, "desktop.memory"), StringComparison.Ordinal);
        var page = new Uri(Assert.Single(shown.Snapshot.Urls).Url);
        Assert.Equal(new Uri(system.Address, $"/desktops/{desktop.Id}"), page);
        Assert.Contains("<html", await guest.Http.GetStringAsync(page, Cancelled), StringComparison.OrdinalIgnoreCase);

        var opened = await ExecuteAsync(shown, "open");
        Assert.Contains(page.ToString(), opened.Data!.Value, StringComparison.Ordinal);
        var saved = await ExecuteAsync(shown, "save");
        Assert.StartsWith("Saved at ", saved.Message, StringComparison.Ordinal);
        using var file = await guest.Http.GetAsync($"/api/desktops/{desktop.Id}/file", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.True(file.IsSuccessStatusCode, "What the command has saved is not there.");

        var stopped = await ExecuteAsync(shown, "stop");
        Assert.Contains("Your work was saved", stopped.Message, StringComparison.Ordinal);
        await WaitAsync(desktop.Id, snapshot => snapshot.IsHidden);
        var again = await Commands.ExecuteCommandAsync(shown.ResourceId, "save", Cancelled);
        Assert.False(again.Success);
        Assert.StartsWith("The desktop cannot be saved now. It is stopped", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAdministratorWhoOpensSomebodysPageIsToldThatThereIsNoSuchDesktop()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        await using var administrator = new PortalClient(system);
        (await administrator.SignInAsync(RunningSystem.AdminName, system.AdminPassword)).Dispose();
        using var answer = await administrator.GetDesktopAsync(desktop.Id);
        await PortalClient.ReadProblemAsync(answer, System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public void NothingHereServesHttpsSoNobodyIsAskedForACertificate()
    {
        var model = system.App.Services.GetRequiredService<DistributedApplicationModel>();
        Assert.DoesNotContain(
            model.Resources.SelectMany(resource => resource.Annotations).OfType<EndpointAnnotation>(),
            endpoint => endpoint.UriScheme == "https");
#pragma warning disable ASPIRECERTIFICATES001 // What the dashboard's warning goes by.
        Assert.All(model.Resources.OfType<ProjectResource>(), project => Assert.False(
            project.Annotations.OfType<HttpsCertificateAnnotation>().Last().UseDeveloperCertificate ?? false));
#pragma warning restore ASPIRECERTIFICATES001
    }

    private ResourceCommandService Commands => system.App.ResourceCommands;

    private async Task<ExecuteCommandResult> ExecuteAsync(ResourceEvent resource, string command)
    {
        var result = await Commands.ExecuteCommandAsync(resource.ResourceId, command, Cancelled);
        Assert.True(result.Success, $"{command}: {result.Message}");
        return result;
    }

    private Task<ResourceEvent> WaitAsync(string desktop, Func<CustomResourceSnapshot, bool> isRight) => Eventually.GetAsync(
        () => Task.FromResult(Find(desktop)!), found => found is not null && isRight(found.Snapshot), $"the resource of desktop {desktop}");

    private ResourceEvent? Find(string desktop) =>
        system.Resources.FirstOrDefault(change => Property(change.Snapshot, "desktop.id") == desktop);

    private static string? Property(CustomResourceSnapshot snapshot, string name) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == name)?.Value as string;
}
