using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Saving;

namespace GuacAspire.Tests.EndToEnd.Sharing;

/// <summary>A Guacamole that somebody else runs gives the Provisioner an account with the rights that the README asks for, and no others.</summary>
public sealed class FewRightsTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SharingTakesOneRightMoreAndSaysWhich()
    {
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var (name, password) = ($"few-{RandomNumberGenerator.GetHexString(8, lowercase: true)}", RandomNumberGenerator.GetHexString(32));
        await admin.CreateAsync("users", new { username = name, password, attributes = new Dictionary<string, string>() });
        try
        {
            await admin.PermitAsync(name, "CREATE_USER", "CREATE_CONNECTION");
            await using var own = await new OwnProvisioner(system) { Account = (name, password) }.StartAsync();
            var desktop = (await own.LaunchReadyAsync()).Id;
            using (var refused = await PostAsync(own, $"desktops/{desktop}/shares", new { mode = "view", expiresInMinutes = 5 }))
            {
                var problem = await PortalClient.ReadProblemAsync(refused, HttpStatusCode.BadGateway);
                Assert.Equal("Guacamole does not let this desktop be shared", problem.Title);
                Assert.Contains("CREATE_SHARING_PROFILE", problem.Detail, StringComparison.Ordinal);
            }

            await admin.PermitAsync(name, "CREATE_SHARING_PROFILE");
            var (view, viewSecret) = await ShareAsync(own, desktop, "view");
            var (_, controlSecret) = await ShareAsync(own, desktop, "control");
            await using var owner = await OpenAsync(await own.TicketAsync(desktop));
            await using var onlooker = await VisitAsync(own, viewSecret);
            // Of two that are connected only one is the owner, and nobody tells this account which.
            await using var worker = await VisitAsync(own, controlSecret);

            using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop));
            var before = (await agent.StatusAsync()).Triangles;
            await Edit.SendDuplicateAsync(worker.Tunnel);
            await Eventually.GetAsync(agent.StatusAsync, now => now.Triangles == 2 * before, "Blender to have duplicated the mesh");

            using (var revoked = await own.Http.DeleteAsync($"desktops/{desktop}/shares/{view}", Cancelled))
                Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
            await onlooker.WaitClosedAsync();
            Assert.False(worker.Closed.IsCompleted || owner.Closed.IsCompleted, "Who came otherwise was disconnected as well.");
            await own.StopAsync(desktop);
            await worker.WaitClosedAsync();
            await Gone.AssertAsync(system, desktop);
        }
        finally
        {
            Assert.True(await admin.DeleteUserAsync(name));
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(OwnProvisioner own, string path, object body) =>
        await own.Http.PostAsJsonAsync(path, body, Cancelled);

    private async Task<(string Id, string Secret)> ShareAsync(OwnProvisioner own, string desktop, string mode)
    {
        using var answer = await PostAsync(own, $"desktops/{desktop}/shares", new { mode, expiresInMinutes = 5 });
        var link = await PortalClient.ReadAsync<JsonElement>(answer, HttpStatusCode.OK);
        var secret = link.GetProperty("secret").GetString()!;
        system.Secrets.Keep($"what opens a link to {mode}", secret);
        return (link.GetProperty("share").GetProperty("id").GetString()!, secret);
    }

    private async Task<Onlooker> VisitAsync(OwnProvisioner own, string secret)
    {
        var ticket = await Eventually.GetAsync(
            async () =>
            {
                using var answer = await PostAsync(own, "shares/redeem", new { secret });
                return (await PortalClient.ReadAsync<JsonElement>(answer, HttpStatusCode.OK)).GetProperty("ticket").Deserialize<Ticket>(JsonSerializerOptions.Web);
            },
            ticket => ticket is not null,
            "the owner's connection");
        system.Secrets.Keep("a visitor's token", ticket!.Token);
        system.Secrets.Keep("a sharing key", ticket.Connection);
        return await OpenAsync(ticket);
    }

    // Where the tunnel is it is the portal that knows.
    private Task<Onlooker> OpenAsync(Ticket ticket) => Onlooker.OpenAsync(system, ticket with { Tunnel = "/guacamole/websocket-tunnel" });
}
