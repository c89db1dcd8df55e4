using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>A second process takes over what a first one has left.</summary>
public class RestartTests
{
    private static readonly Uri Desktops = new("/desktops", UriKind.Relative);
    private readonly DesktopIds _ids = new(TestOptions.Desktops());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_of_the_process_leaves_desktops_running_and_the_next_adopts_them()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        Assert.Equal(ContainerPhase.Running, first.Runtime.Containers[desktop.Id]);

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole };
        var adopted = Assert.Single((await second.Http.GetFromJsonAsync<Desktop[]>(Desktops, Cancellation))!);
        Assert.Equal((desktop.Id, "anna", "cube", DesktopState.Ready), (adopted.Id, adopted.Owner, adopted.Mesh, adopted.State));

        // Its user's password died with the first process; a ticket can be had all the same.
        var response = await second.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/ticket", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_desktop_that_died_meanwhile_is_reported()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Runtime.Containers[desktop.Id] = ContainerPhase.Ended;

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole };
        var failed = Assert.Single((await second.Http.GetFromJsonAsync<Desktop[]>(Desktops, Cancellation))!);
        Assert.Equal(DesktopState.Failed, failed.State);
        Assert.True(second.HasNothing);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(nameof(ContainerPhase.Created))]
    [InlineData(nameof(ContainerPhase.Running))]
    public async Task A_launch_that_cannot_be_taken_up_again_is_undone(string? phase)
    {
        var runtime = new FakeRuntime();
        var claim = NewClaim();
        runtime.Claims[claim.Id] = claim;
        if (phase is not null)
            runtime.Containers[claim.Id] = Enum.Parse<ContainerPhase>(phase);
        await using var host = new ProvisionerHost { Runtime = runtime };
        var failed = Assert.Single((await host.Http.GetFromJsonAsync<Desktop[]>(Desktops, Cancellation))!);
        Assert.Equal(DesktopState.Failed, failed.State);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task Own_orphans_go_and_what_is_foreign_stays()
    {
        var guacamole = new FakeGuacamole();
        var others = new DesktopIds(TestOptions.Desktops(options => options.Instance = "another")).Create();
        Connect(guacamole, "1", _ids.Create());
        Connect(guacamole, "2", others);
        Connect(guacamole, "3", "Production database");
        Add(guacamole, $"desktop-{_ids.Create()}");
        Add(guacamole, $"desktop-{others}");
        Add(guacamole, $"guest-{_ids.Create()}", "2020-01-01");
        Add(guacamole, $"guest-{others}", "2020-01-01");
        var runtime = new FakeRuntime();
        runtime.Containers[_ids.Create()] = ContainerPhase.Running;

        await using var host = new ProvisionerHost { Runtime = runtime, Guacamole = guacamole };
        await host.Http.GetAsync(Desktops, Cancellation);
        await LifecycleTests.ReconcileAsync(host);
        Assert.True(runtime.IsEmpty);
        Assert.Equal(["2", "3"], guacamole.Connections.Keys.Order());
        Assert.Equal([$"desktop-{others}", "guacadmin", $"guest-{others}"], guacamole.Users.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task While_Guacamole_is_away_nothing_that_an_earlier_process_left_is_judged()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Guacamole.IsDown = true;

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole };
        await LifecycleTests.ReconcileAsync(second);
        Assert.Equal(ContainerPhase.Running, first.Runtime.Containers[desktop.Id]);
        first.Guacamole.IsDown = false;
        await LifecycleTests.ReconcileAsync(second);
        Assert.Equal(DesktopState.Ready, (await second.WaitAsync(desktop.Id, DesktopState.Ready)).State);
    }

    [Fact]
    public async Task An_end_before_Guacamole_has_answered_says_that_what_an_earlier_process_left_goes_on_and_nothing_where_there_is_none()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Guacamole.IsDown = true;
        await using (var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole })
        {
            using var refusal = await second.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
            var problem = (await refusal.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
            Assert.Equal("Desktops of an earlier run go on", (string?)problem["title"]);
            Assert.Equal(ContainerPhase.Running, first.Runtime.Containers[desktop.Id]);
        }

        await using var third = new ProvisionerHost();
        third.Guacamole.IsDown = true;
        Assert.Equal(HttpStatusCode.OK, (await third.Http.PostAsync(new Uri("/shutdown", UriKind.Relative), null, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task While_Guacamole_is_away_no_desktop_of_an_earlier_process_loses_its_file()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using var first = new ProvisionerHost { Store = store };
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Guacamole.IsDown = true;

        await using var second = new ProvisionerHost { Store = store, Runtime = first.Runtime, Guacamole = first.Guacamole };
        await LifecycleTests.ReconcileAsync(second);
        Assert.True(File.Exists(Path.Combine(store, "spool", desktop.Id)), "What is not known yet was judged as gone.");
        first.Guacamole.IsDown = false;
        second.Agents.Showing[desktop.Id] = true;
        await LifecycleTests.ReconcileAsync(second);
        await second.WaitAsync(desktop.Id, DesktopState.Ready);
        await LifecycleTests.ReconcileAsync(second);
        Assert.True(File.Exists(Path.Combine(store, "spool", desktop.Id)));

        await second.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), Cancellation);
        await second.WaitAsync(desktop.Id, DesktopState.Stopped);
        await File.WriteAllTextAsync(Path.Combine(store, "spool", "nobodys"), "left", Cancellation);
        await LifecycleTests.ReconcileAsync(second);
        Assert.Empty(Directory.GetFiles(Path.Combine(store, "spool")));
        await second.DisposeAsync();
        Directory.Delete(store, recursive: true);
    }

    [Fact]
    public async Task One_of_the_pool_that_was_registered_before_its_mesh_was_open_is_not_taken_for_ready()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        Directory.CreateDirectory(Path.Combine(store.FullName, "spool"));
        await File.WriteAllBytesAsync(Path.Combine(store.FullName, "spool", desktop.Id), [1, 2, 3], Cancellation);

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole, Store = store.FullName };
        await second.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.True(second.Agents.Showing.ContainsKey(desktop.Id), "Its Blender is empty.");
        store.Delete(recursive: true);
    }

    [Fact]
    public async Task A_stop_that_was_asked_for_is_gone_on_with()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Runtime.Stops[desktop.Id] = new(Discard: false);

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole };
        Assert.NotNull((await second.WaitAsync(desktop.Id, DesktopState.Stopped)).SavedAt);
        Assert.True(second.HasNothing);
    }

    [Fact]
    public async Task One_whose_user_may_not_enter_it_yet_is_registered_again()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        first.Guacamole.Grants.Clear();

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole };
        second.Agents.Showing[desktop.Id] = true;
        await second.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.Contains($"desktop-{desktop.Id}", first.Guacamole.Grants.Keys);
    }

    [Fact]
    public async Task For_a_guest_who_is_gone_no_launch_is_gone_on_with_and_nothing_kept_that_was_to_be_let_go_of()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using var first = new ProvisionerHost { Store = store };
        var (launched, signedOut) = ($"guest-{_ids.Create()}", $"guest-{_ids.Create()}");
        var desktop = await first.LaunchReadyAsync(signedOut);
        await first.SettleAsync();
        (await first.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation)).EnsureSuccessStatusCode();
        await first.DisposeAsync();
        first.Runtime.Stops[desktop.Id] = new(Discard: true);
        var claim = NewClaim() with { Owner = launched };
        first.Runtime.Claims[claim.Id] = claim;
        first.Runtime.Containers[claim.Id] = ContainerPhase.Running;
        await File.WriteAllBytesAsync(Path.Combine(store, "spool", claim.Id), [1, 2, 3], Cancellation);

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole, Store = store };
        await second.Http.GetAsync(Desktops, Cancellation);
        await second.WaitAsync(claim.Id, DesktopState.Failed);
        await second.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(second.HasNothing);
        Assert.Empty(Directory.GetDirectories(Path.Combine(store, "saves")));
        await second.DisposeAsync();
        Directory.Delete(store, recursive: true);
    }

    [Fact]
    public async Task One_that_cannot_be_taken_up_now_is_taken_up_later()
    {
        await using var first = new ProvisionerHost();
        var desktop = await first.LaunchReadyAsync();
        await first.DisposeAsync();
        var store = Directory.CreateTempSubdirectory("guacaspire-");
        var inTheWay = Path.Combine(store.FullName, "recorded");
        await File.WriteAllTextAsync(inTheWay, "in the way", Cancellation);
        Assert.Single(first.Guacamole.Connections).Value["parameters"]!["recording-path"] = "somewhere";

        await using var second = new ProvisionerHost { Runtime = first.Runtime, Guacamole = first.Guacamole, Store = store.FullName };
        second.Agents.Showing[desktop.Id] = true;
        Assert.Empty((await second.Http.GetFromJsonAsync<Desktop[]>(Desktops, Cancellation))!);
        File.Delete(inTheWay);
        await LifecycleTests.ReconcileAsync(second);
        Assert.NotNull((await second.WaitAsync(desktop.Id, DesktopState.Ready)).RecordingSince);
        store.Delete(recursive: true);
    }

    private static void Connect(FakeGuacamole guacamole, string identifier, string name) =>
        guacamole.Connections[identifier] = new JsonObject { ["identifier"] = identifier, ["name"] = name, ["protocol"] = "vnc" };

    private static void Add(FakeGuacamole guacamole, string name, string? validUntil = null) =>
        guacamole.Users[name] = new JsonObject { ["username"] = name, ["attributes"] = new JsonObject { ["valid-until"] = validUntil } };

    private DesktopClaim NewClaim() => new(_ids.Create(), "anna", "cube", "cube.stl", null, DateTimeOffset.UtcNow);
}
