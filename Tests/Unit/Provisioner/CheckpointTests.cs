using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What is saved without anybody asking, and what becomes of it.</summary>
public class CheckpointTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unsaved_changes_are_saved_and_what_is_unchanged_is_not()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        await RoundAsync(host);
        Assert.Equal(0, host.Agents.Saves);

        host.Agents.Unsaved = true;
        await RoundAsync(host);
        Assert.Equal(1, host.Agents.Saves);
        Assert.Equal(_time.GetUtcNow(), (await host.WaitAsync(desktop.Id, DesktopState.Ready)).SavedAt);
        Assert.True(Assert.Single(await SavesAsync(host)).Checkpoint);

        await RoundAsync(host);
        Assert.Equal(1, host.Agents.Saves);
    }

    [Fact]
    public async Task Nothing_is_saved_before_its_time_nor_while_Blender_renders_nor_in_the_midst_of_a_stroke()
    {
        await using var host = NewHost();
        await host.LaunchReadyAsync();
        host.Agents.Unsaved = true;
        await RoundAsync(host, TimeSpan.FromSeconds(100));
        host.Agents.Rendering = true;
        await RoundAsync(host, TimeSpan.FromSeconds(30));
        host.Agents.Rendering = false;
        host.Agents.LastInput = 0.5;
        await RoundAsync(host, TimeSpan.FromSeconds(1));
        Assert.Equal(0, host.Agents.Saves);

        // Who never pauses is saved all the same, later.
        await RoundAsync(host, TimeSpan.FromMinutes(2));
        Assert.Equal(1, host.Agents.Saves);
    }

    [Fact]
    public async Task A_checkpoint_that_fails_is_told_and_tried_again()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        (host.Agents.Unsaved, host.Agents.SaveAnswer) = (true, HttpStatusCode.InternalServerError);
        await RoundAsync(host);
        Assert.Equal("The disk of the desktop is full.", (await host.WaitAsync(desktop.Id, DesktopState.Ready)).SaveFault);
        host.Agents.SaveAnswer = HttpStatusCode.OK;
        await RoundAsync(host);
        Assert.Null((await host.WaitAsync(desktop.Id, DesktopState.Ready)).SaveFault);
        Assert.Single(await SavesAsync(host));
    }

    [Fact]
    public async Task What_Blender_holds_to_be_saved_and_never_came_is_saved_again()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        (host.Agents.Unsaved, host.Agents.LastInput, host.Agents.WrongLength) = (true, 60, 8);
        await RoundAsync(host);
        Assert.False(host.Agents.Unsaved);
        Assert.Empty(await SavesAsync(host));
        host.Agents.WrongLength = null;
        await RoundAsync(host);
        Assert.Single(await SavesAsync(host));

        // Nor does a process know how the saves of the one before it ended.
        await host.DisposeAsync();
        await using var next = NewHost(host);
        next.Agents.LastInput = 60;
        foreach (var desktopWithMesh in host.Agents.Showing)
            next.Agents.Showing.TryAdd(desktopWithMesh.Key, desktopWithMesh.Value);
        await next.WaitAsync(
            (await next.Http.GetFromJsonAsync<Desktop[]>(new Uri("/desktops", UriKind.Relative), Cancellation))![0].Id, DesktopState.Ready);
        await RoundAsync(next);
        await RoundAsync(next);
        Assert.Equal((1, desktop.Id), (next.Agents.Saves, Assert.Single(await SavesAsync(next)).Desktop));
    }

    [Fact]
    public async Task A_desktop_that_hangs_in_its_save_is_not_removed_before_a_second_way_was_tried()
    {
        await using var host = NewHost();
        var one = await host.LaunchReadyAsync("anna", "one");
        host.Agents.Hangs = true;
        host.Agents.LeftBehind = "BLENDER-autosave";
        await host.Http.DeleteAsync(Of(one), Cancellation);
        await host.Agents.HangsAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        var stopped = await host.WaitAsync(one.Id, DesktopState.Stopped);
        Assert.Contains("could not be saved: Blender did not save within 20 seconds. What Blender had written by itself", stopped.Message,
            StringComparison.Ordinal);
        Assert.Equal("BLENDER-autosave", await host.Http.GetStringAsync(Of(one, "/file"), Cancellation));
    }

    [Fact]
    public async Task Where_the_second_way_leads_nowhere_the_last_checkpoint_is_named()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation);
        host.Agents.Hangs = true;
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        await host.Agents.HangsAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        var stopped = await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Contains($"The last save, of {stopped.SavedAt:u}, is safe.", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_checkpoint_that_hangs()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        (host.Agents.Hangs, host.Agents.Unsaved) = (true, true);
        var round = RoundAsync(host);
        await host.Agents.HangsAsync();
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        // By now the stop's own save hangs, and no time has passed.
        await host.Agents.HangsAsync();
        await round;
        _time.Advance(TimeSpan.FromSeconds(20));
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_keeps_the_desktop_and_says_why()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using var host = new ProvisionerHost { Store = store };
        var desktop = await host.LaunchReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(store, "saves"), "in the way", Cancellation);

        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        var kept = await WaitAsync(host, desktop.Id, now => now is { State: DesktopState.Ready, SaveFault: not null });
        Assert.StartsWith("Not stopped, since your work could not be saved.", kept.Message, StringComparison.Ordinal);
        Assert.Empty(host.Runtime.Stops);
        Assert.Equal(HttpStatusCode.InsufficientStorage,
            (await host.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation)).StatusCode);
        Assert.False(host.HasNothing);

        File.Delete(Path.Combine(store, "saves"));
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation)).StatusCode);
        Assert.True(host.HasNothing);
        Assert.Single(await SavesAsync(host));
        await host.DisposeAsync();
        Directory.Delete(store, recursive: true);
    }

    internal static async Task<Save[]> SavesAsync(ProvisionerHost host, string owner = "anna") =>
        (await host.Http.GetFromJsonAsync<Save[]>(new Uri($"/saves?owner={owner}", UriKind.Relative), Cancellation))!;

    internal static async Task<Desktop> WaitAsync(ProvisionerHost host, string id, Func<Desktop, bool> isGood)
    {
        using var subscription = host.Services.GetRequiredService<GuacAspire.Provisioner.Desktops.DesktopFeed>().Subscribe(id);
        await foreach (var change in subscription.Changes.ReadAllAsync(Cancellation))
        {
            if (isGood(change.Desktop))
                return change.Desktop;
        }

        throw new InvalidOperationException("The desktop ended before.");
    }

    private static Uri Of(Desktop desktop, string rest = "") => new($"/desktops/{desktop.Id}{rest}", UriKind.Relative);

    // The rounds are the test's own. And no picture is taken beside them, which is work for the same agents.
    private ProvisionerHost NewHost(ProvisionerHost? before = null) => new()
    {
        Time = _time,
        OwnRounds = [typeof(Checkpoints), typeof(DesktopCuller)],
        Options = { ["Pictures"] = "false" },
        Runtime = before?.Runtime ?? new(),
        Guacamole = before?.Guacamole ?? new(),
    };

    private async Task RoundAsync(ProvisionerHost host, TimeSpan? later = null)
    {
        await host.SettleAsync();
        _time.Advance(later ?? TimeSpan.FromMinutes(2));
        await host.Services.GetRequiredService<Checkpoints>().RunOnceAsync(Cancellation);
    }
}
