using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GuacAspire.Tests.Unit.Hosting;

public class LiveDesktopsTests
{
    private const string Desktop =
        """{"id":"abcdef","owner":"anna","mesh":"cube","fileName":"rocket.ply","state":"ready","createdAt":"2026-11-23T12:00:00Z"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_understood_ends_nothing_and_the_next_desktop_is_shown()
    {
        var asked = 0;
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapGet(
                "/desktops/changes", context => OneProvisioner.TellAsync(context, asked++ == 0 ? """{"state":"ready"}""" : Desktop));
            server.MapGet("/desktops/memory", Listen);
            server.MapGet("/desktops", () => Array.Empty<string>());
        });
        using var live = provisioner.Live();
        await FollowAsync(provisioner, live);
        await WaitAsync(provisioner, "rocket-abcdef", snapshot => snapshot.State?.Text == "Ready");
        Assert.False(live.ExecuteTask!.IsCompleted);
        await EndAsync(provisioner, live);
    }

    [Fact]
    public async Task A_desktop_can_be_stopped_and_one_that_the_provisioner_forgot_while_it_was_away_is_hidden()
    {
        var isBack = new TaskCompletionSource();
        var asked = 0;
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapGet("/desktops/changes", async context =>
            {
                if (asked++ > 0)
                    return;
                await OneProvisioner.TellAsync(context, Desktop);
                await context.Response.Body.FlushAsync(Cancelled);
                await isBack.Task;
            });
            server.MapGet("/desktops/memory", Listen);
            server.MapGet("/desktops", () => Array.Empty<string>());
        });
        using var live = provisioner.Live();
        await FollowAsync(provisioner, live);
        await WaitAsync(provisioner, "rocket-abcdef", snapshot => snapshot.State?.Text == "Ready");
        Assert.Contains(
            provisioner.Notifications.TryGetCurrentState("rocket-abcdef", out var shown) ? shown.Snapshot.Commands : [],
            command => command is { Name: "stop", State: ResourceCommandState.Enabled, ConfirmationMessage: not null });

        isBack.SetResult();
        await WaitAsync(provisioner, "rocket-abcdef", snapshot => snapshot.IsHidden);
        await EndAsync(provisioner, live);
    }

    [Fact]
    public async Task Memory_that_is_told_after_the_desktop_stands_among_its_properties()
    {
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            var told = new TaskCompletionSource();
            server.MapGet("/desktops/changes", async context =>
            {
                await OneProvisioner.TellAsync(context, Desktop);
                await context.Response.Body.FlushAsync(Cancelled);
                told.TrySetResult();
                await Listen(context);
            });
            server.MapGet("/desktops/memory", async context =>
            {
                await told.Task;
                // Again and again, since the first may overtake the desktop itself.
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await OneProvisioner.TellAsync(context, $$"""{"abcdef":{{412L << 20}}}""");
                    await context.Response.Body.FlushAsync(Cancelled);
                    await Task.Delay(50, Cancelled);
                }
            });
        });
        using var live = provisioner.Live();
        await FollowAsync(provisioner, live);
        await WaitAsync(
            provisioner, "rocket-abcdef",
            snapshot => snapshot.Properties.Any(property => property is { Name: "desktop.memory", Value: "412 MiB" }));
        await EndAsync(provisioner, live);
    }

    [Fact]
    public async Task Two_desktops_of_the_same_short_name_are_both_shown_and_one_that_comes_back_is_the_one_that_it_was()
    {
        static string Change(string id, string state) =>
            $$"""{"id":"{{id}}","owner":"anna","mesh":"cube","state":"{{state}}","createdAt":"2026-11-23T12:00:00Z"}""";
        await using var provisioner = await OneProvisioner.StartAsync(server =>
        {
            server.MapGet("/desktops/changes", async context =>
            {
                await OneProvisioner.TellAsync(
                    context, Change("abcdef1", "ready"), Change("abcdef2", "ready"), Change("abcdef1", "stopped"),
                    Change("abcdef1", "saving"));
                await context.Response.Body.FlushAsync(Cancelled);
                await Listen(context);
            });
            server.MapGet("/desktops/memory", Listen);
        });
        using var live = provisioner.Live();
        await FollowAsync(provisioner, live);
        await WaitAsync(provisioner, "cube-abcdef2", snapshot => snapshot.State?.Text == "Ready");
        await WaitAsync(provisioner, "cube-abcdef", snapshot => snapshot is { State.Text: "Saving", IsHidden: false });
        await EndAsync(provisioner, live);
    }

    private static async Task Listen(HttpContext context)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task FollowAsync(OneProvisioner provisioner, LiveDesktops live)
    {
        await provisioner.BecomeAsync(KnownResourceStates.Running);
        await live.StartingAsync(Cancelled);
    }

    private static async Task WaitAsync(OneProvisioner provisioner, string name, Func<CustomResourceSnapshot, bool> isRight)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Eventually.Patience);
        await provisioner.Notifications.WaitForResourceAsync(name, change => isRight(change.Snapshot), patience.Token);
    }

    private static async Task EndAsync(OneProvisioner provisioner, LiveDesktops live)
    {
        // What stops with the application would have the desktops saved.
        await provisioner.BecomeAsync(KnownResourceStates.Exited);
        await live.StoppingAsync(Cancelled);
    }
}
