using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class SessionTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NobodyIsSomebodyWithoutSigningIn()
    {
        await using var visitor = new PortalClient(system);
        using var answer = await visitor.Http.GetAsync("/api/session", Cancelled);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/api/meshes")]
    [InlineData("/api/desktops")]
    [InlineData("/api/desktops/unknown")]
    [InlineData("/api/limits")]
    public async Task WithoutASessionNothingIsShown(string path)
    {
        await using var visitor = new PortalClient(system);
        using var answer = await visitor.Http.GetAsync(path, Cancelled);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AGuestIsLetInAndGoesWithTheSession()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var me = await guest.Http.GetFromJsonAsync<JsonElement>("/api/session", Cancelled);
        var name = me.GetProperty("username").GetString()!;
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        Assert.Contains(name, await admin.UserNamesAsync());

        using var signedOut = await guest.Http.DeleteAsync("/api/session", Cancelled);
        Assert.True(signedOut.IsSuccessStatusCode);
        using var afterwards = await guest.Http.GetAsync("/api/session", Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, afterwards.StatusCode);
        await Eventually.TrueAsync(
            async () => !(await admin.UserNamesAsync()).Contains(name), $"the guest {name} to be gone from Guacamole");
    }

    [Fact]
    public async Task TheAdministratorOfGuacamoleSignsInWithTheGeneratedPassword()
    {
        await using var visitor = new PortalClient(system);
        using var answer = await visitor.SignInAsync(RunningSystem.AdminName, system.AdminPassword);
        var me = await PortalClient.ReadAsync<JsonElement>(answer, HttpStatusCode.OK);
        Assert.Equal(RunningSystem.AdminName, me.GetProperty("username").GetString());
        Assert.DoesNotContain(system.AdminPassword, me.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("guacadmin", "guacadmin")]
    [InlineData("guacadmin", "wrong")]
    [InlineData("nobody", "wrong")]
    public async Task AWrongPasswordIsRefusedInWords(string username, string password)
    {
        await using var visitor = new PortalClient(system);
        using var answer = await visitor.SignInAsync(username, password);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task TheCookieIsKeptFromScriptsAndOtherSites()
    {
        await using var visitor = new PortalClient(system);
        using var answer = await visitor.Http.PostAsync("/api/session/guest", null, Cancelled);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task AnotherSitesPageCannotActForItsVisitor(string header, string value)
    {
        await using var guest = await system.SignInAsGuestAsync();
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/api/desktops") { Content = JsonContent.Create(new { mesh = "watering-can" }) };
        request.Headers.Add(header, value);
        using var answer = await guest.Http.SendAsync(request, Cancelled);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.Forbidden);
        Assert.Empty(await guest.DesktopsAsync());
    }

    [Fact]
    public async Task ItsOwnPageMayAct()
    {
        await using var visitor = new PortalClient(system);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session/guest");
        request.Headers.Add("Origin", system.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await visitor.Http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
