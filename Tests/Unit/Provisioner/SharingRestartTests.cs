using System.Net;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using static GuacAspire.Tests.Unit.Provisioner.ShareCalls;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>A second process goes on with the links that a first one has given out.</summary>
public sealed class SharingRestartTests : IDisposable
{
    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("guacaspire-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_store.FullName, "shares");

    [Fact]
    public async Task Another_process_goes_on_with_links_and_their_visits_and_the_disk_tells_no_secret()
    {
        await using var first = new ProvisionerHost { Store = _store.FullName };
        var desktop = await first.LaunchReadyAsync();
        var link = await CreateAsync(first, desktop);
        first.Guacamole.Open("line", $"desktop-{desktop.Id}");
        var visit = (await RedeemAsync(first, link.Secret)).Ticket!;
        await first.DisposeAsync();
        var file = await File.ReadAllTextAsync(FileOf(link), Cancellation);
        Assert.All([link.Secret, visit.Token, visit.Connection], secret => Assert.DoesNotContain(secret, file, StringComparison.Ordinal));
        // What a process that is killed in the midst of a word leaves behind, and what no process has written.
        await File.WriteAllTextAsync(FileOf(link) + ".partial", file[..20], Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, "odd.json"), file[..20], Cancellation);

        await using var second = Next(first);
        second.Guacamole.Tunnels[visit.Token] = true;
        Assert.Equal(1, Assert.Single(await ListAsync(second, desktop)).Viewers);
        Assert.NotNull((await RedeemAsync(second, link.Secret)).Ticket);
        Assert.Single(Directory.GetFiles(Folder));
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(second, desktop, link));
        Assert.Empty(second.Guacamole.Visits);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_link_goes_that_is_all_that_a_killed_process_has_left_of_its_desktop()
    {
        await using var first = new ProvisionerHost { Store = _store.FullName };
        var (gone, kept) = (await first.LaunchReadyAsync(), await first.LaunchReadyAsync(mesh: "sphere"));
        await CreateAsync(first, gone);
        var link = await CreateAsync(first, kept);
        await first.DisposeAsync();
        await first.Runtime.RemoveAsync(gone.Id, Cancellation);
        foreach (var (id, _) in first.Guacamole.Connections.Where(one => (string?)one.Value["name"] == gone.Id))
            first.Guacamole.Connections.TryRemove(id, out _);
        first.Guacamole.Users.TryRemove($"desktop-{gone.Id}", out _);

        await using var second = Next(first);
        second.Agents.Showing[kept.Id] = true;
        Assert.Single(await ListAsync(second, kept));
        await LifecycleTests.ReconcileAsync(second);
        Assert.Equal([FileOf(link)], Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Visits_that_nobody_can_read_any_more_end_with_everybody_but_the_owner()
    {
        await using var first = new ProvisionerHost { Store = _store.FullName };
        var desktop = await first.LaunchReadyAsync();
        var link = await CreateAsync(first, desktop);
        first.Guacamole.Open("line", $"desktop-{desktop.Id}");
        await RedeemAsync(first, link.Secret);
        first.Guacamole.Open("visit", "");
        await first.DisposeAsync();
        // As if it had been sealed under another key.
        var node = JsonNode.Parse(await File.ReadAllTextAsync(FileOf(link), Cancellation))!;
        node["Viewers"]![0]!["Token"] = Convert.ToBase64String(new byte[64]);
        await File.WriteAllTextAsync(FileOf(link), node.ToJsonString(), Cancellation);

        await using var second = Next(first);
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(second, desktop, link));
        Assert.Equal(["line"], second.Guacamole.Lines.Keys);
    }

    public void Dispose() => _store.Delete(recursive: true);

    private string FileOf(NewShare link) => Path.Combine(Folder, $"{link.Share.Id}.json");

    private ProvisionerHost Next(ProvisionerHost first) =>
        new() { Store = _store.FullName, Runtime = first.Runtime, Guacamole = first.Guacamole };
}
