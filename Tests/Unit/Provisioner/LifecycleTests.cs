using System.Net;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class LifecycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("create")]
    [InlineData("start")]
    public async Task An_engine_that_refuses_midway_leaves_nothing_half_made(string call)
    {
        await using var host = new ProvisionerHost();
        host.Runtime.Faults[call] = new ProblemException(503, "No", "The engine said no.");
        var desktop = await host.LaunchAsync();
        Assert.Equal("The engine said no.", (await host.WaitAsync(desktop.Id, DesktopState.Failed)).Message);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_mesh_that_Blender_cannot_read_leaves_nothing_half_made_and_says_why()
    {
        await using var host = new ProvisionerHost();
        host.Agents.OpenAnswer = HttpStatusCode.UnprocessableEntity;
        var desktop = await host.LaunchAsync();
        Assert.Equal("This is no mesh.", (await host.WaitAsync(desktop.Id, DesktopState.Failed)).Message);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_Guacamole_that_refuses_leaves_nothing_half_made()
    {
        await using var host = new ProvisionerHost();
        host.Guacamole.RefusesUsers = true;
        var desktop = await host.LaunchAsync();
        var failed = await host.WaitAsync(desktop.Id, DesktopState.Failed);
        Assert.Equal(
            "Guacamole refused: Permission denied. The Provisioner's account there needs CREATE_USER and CREATE_CONNECTION.", failed.Message);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_stop_during_the_launch_ends_it_and_a_second_stop_is_none()
    {
        await using var host = new ProvisionerHost();
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await host.Http.DeleteAsync(Of(desktop), Cancellation)).StatusCode);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync(Of(desktop), Cancellation)).StatusCode);
        Assert.True(host.HasNothing);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_connection_that_does_not_come_about_at_once_costs_no_work(int silent, bool isSaved)
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.SilentSaves = silent;
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        var stopped = await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal(isSaved, stopped.SavedAt is not null);
    }

    [Fact]
    public async Task A_stop_saves_and_a_discard_does_not()
    {
        await using var host = new ProvisionerHost();
        var one = await host.LaunchReadyAsync("anna", "one");
        var two = await host.LaunchReadyAsync("anna", "two");
        await host.Http.DeleteAsync(Of(one), Cancellation);
        await host.Http.DeleteAsync(Of(two, "?discard=true"), Cancellation);
        Assert.NotNull((await host.WaitAsync(one.Id, DesktopState.Stopped)).SavedAt);
        Assert.Null((await host.WaitAsync(two.Id, DesktopState.Stopped)).SavedAt);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_save_that_fails_does_not_keep_a_desktop_from_stopping_and_is_told()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.SaveAnswer = HttpStatusCode.InternalServerError;
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        var stopped = await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Contains("The disk of the desktop is full.", stopped.Message, StringComparison.Ordinal);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_file_that_is_not_whole_is_no_save()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.WrongLength = 8;
        var response = await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(Of(desktop, "/file"), Cancellation)).StatusCode);
        Assert.Equal(DesktopState.Ready, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).State);
    }

    [Fact]
    public async Task A_save_can_be_fetched_as_soon_as_it_is_answered()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation)).StatusCode);
        Assert.Equal("BLENDER"u8.ToArray(), await host.Http.GetByteArrayAsync(Of(desktop, "/file"), Cancellation));
    }

    [Fact]
    public async Task A_Guacamole_that_is_away_never_blocks_a_stop()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Guacamole.IsDown = true;
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(host.Runtime.IsEmpty);

        // What is left in Guacamole goes when it is back.
        host.Guacamole.IsDown = false;
        await ReconcileAsync(host);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_desktop_whose_container_died_is_reported_and_retired()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Runtime.Containers[desktop.Id] = ContainerPhase.Ended;
        await ReconcileAsync(host);
        var failed = await host.WaitAsync(desktop.Id, DesktopState.Failed);
        Assert.Equal("Blender ended unexpectedly (exit code 1). Nothing had been saved.", failed.Message);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_connection_that_Guacamole_lost_is_registered_again()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        await host.SettleAsync();
        host.Guacamole.Connections.Clear();
        await ReconcileAsync(host);
        Assert.Equal(desktop.Id, (string?)Assert.Single(host.Guacamole.Connections).Value["name"]);
        Assert.Equal(DesktopState.Ready, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).State);
    }

    [Theory]
    [InlineData(true, "Blender had ended. It is back, with your work as saved at ")]
    [InlineData(false, "Blender had ended. It is back, with the mesh as it was at first.")]
    public async Task A_Blender_that_came_back_empty_is_given_what_it_had_open(bool isSaved, string words)
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        if (isSaved)
            await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation);
        host.Agents.Showing.Clear();
        await ReconcileAsync(host);
        Assert.True(host.Agents.Showing.ContainsKey(desktop.Id));
        Assert.StartsWith(words, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_Blender_cannot_bear_is_not_tried_for_ever()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.Showing.Clear();
        host.Agents.OpenAnswer = HttpStatusCode.UnprocessableEntity;
        for (var round = 0; round < 3; round++)
            await ReconcileAsync(host);
        host.Agents.OpenAnswer = HttpStatusCode.OK;
        await ReconcileAsync(host);
        Assert.Empty(host.Agents.Showing);
        Assert.Contains(
            "could not be opened again", (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_desktop_that_never_answers_its_repair_keeps_neither_the_others_waiting_nor_its_own_stop()
    {
        // A round that waited for the repair would wait for hours.
        await using var host = new ProvisionerHost { Options = { ["LaunchTimeout"] = "10:00:00" } };
        var mute = await host.LaunchReadyAsync("anna", "one");
        var dead = await host.LaunchReadyAsync("anna", "two");
        host.Agents.HangsOnOpen = true;
        host.Agents.Showing.TryRemove(mute.Id, out _);
        await ReconcileAsync(host).WaitAsync(Eventually.Patience, Cancellation);

        host.Runtime.Containers[dead.Id] = ContainerPhase.Ended;
        await ReconcileAsync(host).WaitAsync(Eventually.Patience, Cancellation);
        await host.WaitAsync(dead.Id, DesktopState.Failed);
        await host.Http.DeleteAsync(Of(mute), Cancellation);
        Assert.NotNull((await host.WaitAsync(mute.Id, DesktopState.Stopped)).SavedAt);
        Assert.True(host.HasNothing);
    }

    [Theory]
    [InlineData("""{"ready":true,"mesh":"cube.stl","lastInput":1e300}""")]
    [InlineData("""{"ready":true,"mesh":"cube.stl","resumed":1e15}""")]
    public async Task What_a_desktop_says_of_itself_ends_nobody_elses_round(string said)
    {
        await using var host = new ProvisionerHost();
        var liar = await host.LaunchReadyAsync("anna", "one");
        var dead = await host.LaunchReadyAsync("anna", "two");
        host.Agents.Saying[liar.Id] = said;
        host.Runtime.Containers[dead.Id] = ContainerPhase.Ended;
        await host.Services.GetRequiredService<GuacAspire.Provisioner.Culling.DesktopCuller>().RunOnceAsync(Cancellation);
        await ReconcileAsync(host);
        Assert.Null(host.Services.GetRequiredService<Reconciler>().Fault);
        await host.WaitAsync(dead.Id, DesktopState.Failed);
        await host.WaitAsync(liar.Id, DesktopState.Ready);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_one_desktop_is_its_own_fault_in_every_round()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var host = new ProvisionerHost
        {
            Time = time,
            OwnRounds = [typeof(Checkpoints), typeof(DesktopCuller)],
            Options = { ["Pictures"] = "false" },
        };
        var strange = await host.LaunchReadyAsync("anna", "one");
        var dead = await host.LaunchReadyAsync("bert", "two");
        var other = await host.LaunchReadyAsync("carl", "three");
        await host.SettleAsync();
        host.Agents.Throwing[strange.Id] = new InvalidOperationException("The character set provided in ContentType is invalid.");
        host.Runtime.Containers[dead.Id] = ContainerPhase.Ended;
        host.Agents.Unsaved = true;
        // What was looked at says nothing of a desktop that became ready later.
        time.Advance(TimeSpan.FromSeconds(1));
        await ReconcileAsync(host);
        await host.WaitAsync(dead.Id, DesktopState.Failed);
        Assert.Null(host.Services.GetRequiredService<Reconciler>().Fault);

        time.Advance(TimeSpan.FromMinutes(26));
        await host.Services.GetRequiredService<Checkpoints>().RunOnceAsync(Cancellation);
        Assert.Single(await CheckpointTests.SavesAsync(host, "carl"));
        await host.Services.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation);
        Assert.Equal(CullReason.Idle, (await host.WaitAsync(other.Id, DesktopState.Ready)).Warning);
        Assert.Equal(CullReason.Idle, (await host.WaitAsync(strange.Id, DesktopState.Ready)).Warning);
    }

    [Fact]
    public async Task Many_who_want_a_look_share_the_next_one()
    {
        await using var host = new ProvisionerHost { Options = { ["ReconcileInterval"] = "1.00:00:00" } };
        await ReconcileAsync(host);
        var (before, gate) = (host.Runtime.Looks, new TaskCompletionSource());
        host.Runtime.Looking = gate.Task;
        var first = ReconcileAsync(host);
        await Eventually.TrueAsync(() => host.Runtime.Looks == before + 1);
        var others = Enumerable.Range(0, 20).Select(_ => ReconcileAsync(host)).ToList();
        using var impatient = new CancellationTokenSource();
        var gone = host.Services.GetRequiredService<Reconciler>().RunOnceAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.DoesNotContain(others, other => other.IsCompleted);
        gate.SetResult();
        await Task.WhenAll([first, .. others]);
        // One that began before a change may not have seen it.
        Assert.Equal(before + 2, host.Runtime.Looks);
    }

    [Fact]
    public async Task A_Blender_that_ends_now_and_then_is_always_given_its_last_save()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var host = new ProvisionerHost
        {
            Time = time,
            Options =
            {
                ["CheckpointInterval"] = "00:00:00",
                ["ReconcileInterval"] = "1.00:00:00",
                ["Pictures"] = "false",
                ["IdleTimeout"] = "00:00:00",
                ["MaxLifetime"] = "00:00:00",
                // Time runs until a repair is over, and must not end it.
                ["LaunchTimeout"] = "10:00:00",
            },
        };
        var desktop = await host.LaunchReadyAsync();
        await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation);
        for (var crash = 0; crash < 5; crash++)
        {
            time.Advance(TimeSpan.FromMinutes(20));
            await ReconcileAsync(host);
            host.Agents.Showing.Clear();
            var round = ReconcileAsync(host);
            await Eventually.TrueAsync(time, TimeSpan.FromSeconds(1), () => round.IsCompleted);
            // Whoever repairs it holds it.
            await host.SettleAsync();
            Assert.Equal(("cube.blend", "BLENDER"), host.Agents.Opened[^1]);
            Assert.Equal(crash + 2, host.Agents.Opened.Count);
        }
    }

    [Fact]
    public async Task Where_the_clock_is_set_back_work_is_saved_and_the_dead_are_noticed_all_the_same()
    {
        var clock = new SteppingClock();
        await using var host = new ProvisionerHost { Time = clock, Options = { ["Pictures"] = "false", ["SavesKept"] = "1" } };
        var (one, other) = (await host.LaunchReadyAsync("anna", "one"), await host.LaunchReadyAsync("anna", "other"));
        await host.Http.PostAsync(Of(one, "/save"), null, Cancellation);
        var before = Assert.Single(await CheckpointTests.SavesAsync(host));
        await host.SettleAsync();
        clock.Offset = TimeSpan.FromHours(-1);

        await host.Http.PostAsync(Of(one, "/save"), null, Cancellation);
        Assert.True(Assert.Single(await CheckpointTests.SavesAsync(host)).SavedAt > before.SavedAt, "The older save has stayed.");
        host.Agents.Unsaved = true;
        await host.Services.GetRequiredService<GuacAspire.Provisioner.Saving.Checkpoints>().RunOnceAsync(Cancellation);
        Assert.Equal(3, host.Agents.Saves);
        await host.SettleAsync();
        await host.Services.GetRequiredService<GuacAspire.Provisioner.Saving.Checkpoints>().RunOnceAsync(Cancellation);
        Assert.Equal(3, host.Agents.Saves);

        host.Runtime.Containers[other.Id] = ContainerPhase.Ended;
        await ReconcileAsync(host);
        await host.WaitAsync(other.Id, DesktopState.Failed);
    }

    [Fact]
    public async Task A_desktop_can_fill_neither_our_memory_nor_our_disk()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.WrongLength = int.MaxValue;
        var refused = await host.Http.PostAsync(Of(desktop, "/save"), null, Cancellation);
        Assert.Contains("larger than any that is kept", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        host.Agents.Saying[desktop.Id] = $$"""{"ready":true,"mesh":"cube.stl","objects":["{{new string('x', 8 << 20)}}"]}""";
        Assert.Null(await host.Services.GetRequiredService<GuacAspire.Provisioner.Agent.AgentClient>()
            .TryGetStatusAsync(FakeRuntime.AddressOf(desktop.Id), Cancellation));
    }

    [Fact]
    public async Task A_desktop_that_takes_its_file_and_never_answers_can_be_stopped_or_is_given_up_in_words()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = new ProvisionerHost { Time = time, Options = { ["IdleTimeout"] = "00:00:00", ["MaxLifetime"] = "00:00:00" } };
        var (stops, stays) = (await host.LaunchReadyAsync(), await host.LaunchReadyAsync("bert"));
        host.Agents.HangsOnOpen = true;
        host.Agents.Showing.Clear();
        time.Advance(TimeSpan.FromSeconds(1));
        var round = ReconcileAsync(host);
        var desktops = host.Services.GetRequiredService<DesktopRegistry>();
        await Eventually.TrueAsync(
            time, TimeSpan.FromSeconds(1), () => new[] { stops, stays }.All(desktop => desktops.Find(desktop.Id)!.Revivals > 0));
        await host.Http.DeleteAsync(Of(stops), Cancellation);
        await host.WaitAsync(stops.Id, DesktopState.Stopped);

        var message = () => desktops.Find(stays.Id)!.Current.Message;
        await Eventually.TrueAsync(
            time, TimeSpan.FromSeconds(30), () => message()?.Contains("could not be opened again", StringComparison.Ordinal) == true);
        await round;
        await host.WaitAsync(stays.Id, DesktopState.Ready);
    }

    internal static Task ReconcileAsync(ProvisionerHost host) => host.Services.GetRequiredService<Reconciler>().RunOnceAsync(Cancellation);

    private sealed class SteppingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }

    private static Uri Of(Desktop desktop, string rest = "") => new($"/desktops/{desktop.Id}{rest}", UriKind.Relative);
}
