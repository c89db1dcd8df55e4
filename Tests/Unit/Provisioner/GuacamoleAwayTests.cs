using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>
/// A Guacamole that has crashed, or whose database has, is back in seconds: a launch waits for it, who asks for something is told when to
/// ask again, and nothing is made twice.
/// </summary>
public sealed class GuacamoleAwayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, object, int> Moments() =>
    [
        .. from call in new[] { "POST connections", "POST users", "PATCH users" }
           from trouble in Enum.GetValues<Trouble>()
           from poolSize in new[] { 0, 1 }
           select new TheoryDataRow<string, object, int>(call, trouble, poolSize),
    ];

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task A_launch_waits_and_makes_nothing_twice(string call, object trouble, int poolSize)
    {
        await using var host = new ProvisionerHost { PoolSize = poolSize };
        await host.PoolAsync(pool => pool.Count(member => member.Address is not null) == poolSize);
        Trouble(host, call, (Trouble)trouble, times: 2);
        var desktop = await host.LaunchReadyAsync();
        Assert.Equal(desktop.Id, (string?)Assert.Single(host.Guacamole.Connections).Value["name"]);
        Assert.Equal(["desktop-" + desktop.Id, "guacadmin"], host.Guacamole.Users.Keys.Order());
        Assert.Equal("desktop-" + desktop.Id, Assert.Single(host.Guacamole.Grants).Key);
        using var ticket = await host.Http.PostAsync(Of(desktop, "/ticket"), null, Cancellation);
        Assert.True(ticket.IsSuccessStatusCode, "The password that Guacamole was told last is not the one that is known.");
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(host.Guacamole.HasOnlyItsAdministrator);
    }

    [Fact]
    public async Task Who_waits_is_told_for_what()
    {
        await using var host = new ProvisionerHost();
        Trouble(host, "POST connections", Provisioner.Trouble.NoDatabase, times: int.MaxValue);
        var desktop = await host.LaunchAsync();
        await foreach (var change in host.Services.GetRequiredService<DesktopFeed>().Subscribe(desktop.Id).Changes.ReadAllAsync(Cancellation))
        {
            if (change.Desktop.Message == "Waiting for Guacamole, which does not answer just now")
                break;
            Assert.False(change.Desktop.State is DesktopState.Ready or DesktopState.Failed, change.Desktop.Message);
        }

        host.Guacamole.TroubleWith = _ => null;
        await host.WaitAsync(desktop.Id, DesktopState.Ready);
        var line = Assert.Single(host.Log.Faults, line => line.Text.Contains("waited for", StringComparison.Ordinal));
        Assert.Equal("Guacamole is waited for: The database does not answer. Try again shortly.", line.Text);
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_stops_it()
    {
        await using var host = new ProvisionerHost();
        Trouble(host, "POST connections", Provisioner.Trouble.NoDatabase, times: int.MaxValue);
        var desktop = await host.LaunchAsync();
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task One_that_stays_away_is_not_waited_for_for_ever()
    {
        await using var host = Impatient();
        Trouble(host, "POST connections", Provisioner.Trouble.NoDatabase, times: int.MaxValue);
        var failed = await host.WaitAsync((await host.LaunchAsync()).Id, DesktopState.Failed);
        Assert.Equal("Guacamole cannot be used just now: The database does not answer. Try again shortly.", failed.Message);
        Assert.True(host.HasNothing);
    }

    [Theory]
    [InlineData(Provisioner.Trouble.NoDatabase)]
    [InlineData(Provisioner.Trouble.InternalError)]
    [InlineData(Provisioner.Trouble.LostAnswer)]
    public async Task A_guest_waits_a_moment_and_is_one_guest(object trouble)
    {
        await using var host = new ProvisionerHost();
        Trouble(host, "POST users", (Trouble)trouble, times: 2);
        using var answer = await host.Http.PostAsync(new Uri("/guests", UriKind.Relative), null, Cancellation);
        var guest = (await answer.Content.ReadFromJsonAsync<Guest>(Cancellation))!;
        Assert.Equal([guest.Username, "guacadmin"], host.Guacamole.Users.Keys.OrderDescending());
        Assert.Equal(guest.Password, (string?)host.Guacamole.Users[guest.Username]["password"]);
        Assert.NotNull((string?)host.Guacamole.Users[guest.Username]["attributes"]!["valid-until"]);
    }

    [Fact]
    public async Task A_ticket_waits_a_moment()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        Trouble(host, "POST /guacamole/api/tokens", Provisioner.Trouble.NoDatabase, times: 2);
        using var answer = await host.Http.PostAsync(Of(desktop, "/ticket"), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/guests", Provisioner.Trouble.NoDatabase, "The database does not answer.")]
    [InlineData("/guests", Provisioner.Trouble.InternalError, "Unexpected internal error")]
    [InlineData("/desktops/{id}/ticket", Provisioner.Trouble.NoDatabase, "The database does not answer.")]
    [InlineData("/desktops/{id}/shares", Provisioner.Trouble.NoDatabase, "The database does not answer.")]
    public async Task Who_asks_for_something_is_told_when_to_ask_again(string path, object trouble, string words)
    {
        await using var host = Impatient();
        var desktop = await host.LaunchReadyAsync();
        host.Guacamole.TroubleWith = _ => (Trouble)trouble;
        using var content = JsonContent.Create(new ShareRequest(ShareMode.View, 60));
        using var answer = await host.Http.PostAsync(
            new Uri(path.Replace("{id}", desktop.Id, StringComparison.Ordinal), UriKind.Relative), content, Cancellation);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal("Guacamole cannot be used just now", (string?)problem["title"]);
        Assert.Contains(words, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_is_neither_kept_waiting_nor_lost()
    {
        await using var host = new ProvisionerHost();
        var (one, other) = (await host.LaunchReadyAsync("anna", "one"), await host.LaunchReadyAsync("anna", "other"));
        host.Guacamole.TroubleWith = _ => Provisioner.Trouble.NoDatabase;
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync(Of(one, "/save"), null, Cancellation)).StatusCode);
        await host.Http.DeleteAsync(Of(one), Cancellation);
        Assert.NotNull((await host.WaitAsync(one.Id, DesktopState.Stopped)).SavedAt);
        await LifecycleTests.ReconcileAsync(host);
        await host.WaitAsync(other.Id, DesktopState.Ready);

        host.Guacamole.TroubleWith = _ => null;
        await LifecycleTests.ReconcileAsync(host);
        Assert.Equal(other.Id, (string?)Assert.Single(host.Guacamole.Connections).Value["name"]);
        Assert.Equal(["desktop-" + other.Id, "guacadmin"], host.Guacamole.Users.Keys.Order());
    }

    [Fact]
    public async Task A_connection_that_was_made_twice_all_the_same_goes_with_its_desktop()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        var twin = Assert.Single(host.Guacamole.Connections).Value.DeepClone();
        twin["identifier"] = "twin";
        host.Guacamole.Connections["twin"] = twin;
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.True(host.HasNothing);
    }

    private static ProvisionerHost Impatient() => new() { Settings = { ["Guacamole:Patience"] = "00:00:00" } };

    private static void Trouble(ProvisionerHost host, string call, Trouble trouble, int times) =>
        host.Guacamole.TroubleWith = one =>
            one.StartsWith(call, StringComparison.Ordinal) && Interlocked.Decrement(ref times) >= 0 ? trouble : null;

    private static Uri Of(Desktop desktop, string rest = "") => new($"/desktops/{desktop.Id}{rest}", UriKind.Relative);
}
