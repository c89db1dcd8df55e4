using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GuacAspire.Tests.Unit.Hosting;

public class DesktopCommandsTests
{
    private const string Id = "abcdefghijklmnop2345";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_is_the_provisioner_s_and_says_when_the_work_is_safe()
    {
        string? key = null;
        await using var provisioner = await OneProvisioner.StartAsync(server => server.MapPost(
            $"/desktops/{Id}/save",
            (HttpRequest request) =>
            {
                key = request.Headers.Authorization;
                return Results.Text(Change("ready", savedAt: "2026-11-30T12:34:56Z"), "application/json");
            }));
        var result = await ExecuteAsync(provisioner, "save");
        Assert.Equal((true, "Saved at 12:34:56 UTC.", "Bearer secret"), (result.Success, result.Message, key));
    }

    [Fact]
    public async Task What_the_provisioner_refuses_is_told_in_its_words_and_not_as_JSON()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server => server.MapPost(
            $"/desktops/{Id}/save",
            () => Results.Problem(statusCode: 409, title: "The desktop cannot be saved now", detail: "It is opening.")));
        var result = await ExecuteAsync(provisioner, "save");
        Assert.Equal((false, "The desktop cannot be saved now. It is opening."), (result.Success, result.Message));
    }

    [Fact]
    public async Task A_refusal_without_words_of_its_own_gets_some()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server => server.MapPost(
            $"/desktops/{Id}/save", () => Results.Text("<html>", "text/html", statusCode: 502)));
        var result = await ExecuteAsync(provisioner, "save");
        Assert.Equal(
            (false, "The provisioner answered 502 Bad Gateway and did not say why. Its log may."), (result.Success, result.Message));
    }

    [Fact]
    public async Task A_provisioner_that_breaks_off_is_said_not_to_answer()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server => server.MapPost(
            $"/desktops/{Id}/save", (HttpContext context) => context.Abort()));
        var result = await ExecuteAsync(provisioner, "save");
        Assert.False(result.Success);
        Assert.StartsWith("The provisioner does not answer.", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_waits_until_the_desktop_is_gone_and_passes_on_how_that_went()
    {
        var stopped = 0;
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapDelete($"/desktops/{Id}", () =>
            {
                stopped++;
                return Results.Text(Change("ready"), "application/json", statusCode: 202);
            });
            server.MapGet($"/desktops/{Id}/events", context => OneProvisioner.TellAsync(
                context, Change("ready", "Stopping"), Change("saving"), Change("stopped", "Stopped. Your work was saved.")));
        });
        var result = await ExecuteAsync(provisioner, "stop");
        Assert.Equal((true, "Its owner reads: Stopped. Your work was saved.", 1), (result.Success, result.Message, stopped));
    }

    [Theory]
    [InlineData("ready", "Not stopped, since your work could not be saved. The disk is full.")]
    [InlineData("failed", "Blender was killed from outside.")]
    public async Task A_stop_that_came_to_nothing_says_why(string state, string message)
    {
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapDelete($"/desktops/{Id}", () => Results.Accepted());
            server.MapGet($"/desktops/{Id}/events", context => OneProvisioner.TellAsync(
                context, Change("ready", "Stopping"), Change("saving"), Change(state, message)));
        });
        var result = await ExecuteAsync(provisioner, "stop");
        Assert.Equal((false, message), (result.Success, result.Message));
    }

    [Fact]
    public async Task A_stop_of_which_nobody_tells_the_end_is_not_called_one()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapDelete($"/desktops/{Id}", () => Results.Accepted());
            server.MapGet($"/desktops/{Id}/events", context => OneProvisioner.TellAsync(context, Change("saving")));
        });
        Assert.False((await ExecuteAsync(provisioner, "stop")).Success);
    }

    [Fact]
    public async Task Open_shows_the_address_at_once_or_says_that_it_is_not_known_yet()
    {
        await using var provisioner = await OneProvisioner.StartAsync(_ => { });
        var desktop = Commands(provisioner);
        Assert.False((await ExecuteAsync(provisioner, desktop, "open")).Success);

        // Any endpoint of the model is one on which pages may be.
        provisioner.Desktops.Pages = provisioner.Endpoint;
        var result = await ExecuteAsync(provisioner, desktop, "open");
        Assert.Equal((true, $"{provisioner.Endpoint.Url}/desktops/{Id}"), (result.Success, result.Message));
        Assert.True(result.Data is { DisplayImmediately: true, Format: CommandResultFormat.Markdown });
    }

    [Theory]
    [InlineData("Opening", new[] { "open", "stop" })]
    [InlineData("Ready", new[] { "open", "save", "stop" })]
    [InlineData("Saving", new[] { "open", "stop" })]
    [InlineData("Finished", new string[0])]
    public async Task Only_what_makes_sense_can_be_asked_for(string state, string[] enabled)
    {
        await using var provisioner = await OneProvisioner.StartAsync(_ => { });
        var commands = Commands(provisioner).Annotations.OfType<ResourceCommandAnnotation>().Where(command => command.UpdateState(new()
        {
            ResourceSnapshot = new() { ResourceType = "Desktop", Properties = [], State = state },
            Services = provisioner.App.Services,
        }) == ResourceCommandState.Enabled);
        Assert.Equal(enabled, commands.Select(command => command.Name));
    }

    [Fact]
    public async Task A_drain_s_end_and_refusal_are_told_in_words()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapPost("/drain", () => Results.Problem(statusCode: 503, title: "Not now", detail: "Desktops are not known yet."));
            server.MapDelete("/drain", () => Results.Json(new { state = "off", message = "Launches are admitted." }));
        });
        var resource = new ContainerResource("of-the-test");
        new DrainCommands(new(provisioner.Endpoint, provisioner.Key)).AddTo(
            DistributedApplication.CreateBuilder().AddResource<IResourceWithEndpoints>(resource));
        var refused = await ExecuteAsync(provisioner, resource, "drain");
        var ended = await ExecuteAsync(provisioner, resource, "end-drain");
        Assert.Equal((false, "Not now. Desktops are not known yet."), (refused.Success, refused.Message));
        Assert.Equal((true, "Launches are admitted."), (ended.Success, ended.Message));
    }

    private static string Change(string state, string? message = null, string? savedAt = null) =>
        JsonSerializer.Serialize(
            new { id = Id, owner = "anna", mesh = "cube", state, createdAt = "2026-11-30T12:00:00Z", message, savedAt });

    private static BlenderDesktopResource Commands(OneProvisioner provisioner)
    {
        var resource = new BlenderDesktopResource("cube-abcdef", Id, provisioner.Desktops);
        new DesktopCommands(new(provisioner.Endpoint, provisioner.Key)).AddTo(resource);
        return resource;
    }

    private static Task<ExecuteCommandResult> ExecuteAsync(OneProvisioner provisioner, string name) =>
        ExecuteAsync(provisioner, Commands(provisioner), name);

    /// <summary>As the dashboard does it: by the id of a resource of which nothing is known but what was published.</summary>
    private static async Task<ExecuteCommandResult> ExecuteAsync(OneProvisioner provisioner, IResource resource, string name)
    {
        await provisioner.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = "Ready" });
        return await provisioner.App.ResourceCommands.ExecuteCommandAsync(resource.Name, name, Cancelled);
    }
}
