using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Sharing;

/// <summary>A link as its owner sees it.</summary>
internal sealed record Link(string Id, string Mode, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, int? Viewers)
{
    [System.Text.Json.Serialization.JsonPropertyName("link")]
    public string? Address { get; init; }

    public string Secret => Address!.Split('#')[1];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<Link> CreateAsync(RunningSystem system, PortalClient owner, string desktop, string mode)
    {
        var path = $"/api/desktops/{desktop}/shares";
        using var answer = await owner.Http.PostAsJsonAsync(path, new { mode, expiresInMinutes = 15 }, Cancelled);
        var link = await PortalClient.ReadAsync<Link>(answer, HttpStatusCode.Created);
        system.Secrets.Keep($"what opens a link to {mode}", link.Secret);
        return link;
    }

    public static async Task<Link[]> ListAsync(PortalClient owner, string desktop) =>
        (await owner.Http.GetFromJsonAsync<Link[]>($"/api/desktops/{desktop}/shares", Cancelled))!;

    public static async Task RevokeAsync(PortalClient owner, string desktop, Link link)
    {
        using var answer = await owner.Http.DeleteAsync($"/api/desktops/{desktop}/shares/{link.Id}", Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public static Task<HttpResponseMessage> RedeemAsync(PortalClient visitor, string secret) =>
        visitor.Http.PostAsJsonAsync("/api/shared", new { secret }, Cancelled);

    /// <summary>Comes by a link as the page does: tries again as long as it is told to, and until the picture is there.</summary>
    public static async Task<Onlooker> VisitAsync(RunningSystem system, PortalClient visitor, string secret)
    {
        var ticket = await Eventually.GetAsync(
            async () =>
            {
                using var answer = await RedeemAsync(visitor, secret);
                var isWaiting = answer.StatusCode == HttpStatusCode.Conflict;
                return isWaiting ? null : await PortalClient.ReadAsync<Ticket>(answer, HttpStatusCode.OK);
            },
            ticket => ticket is not null,
            "the owner's connection");
        system.Secrets.Keep("a visitor's token", ticket!.Token);
        system.Secrets.Keep("a sharing key", ticket.Connection);
        return await Onlooker.OpenAsync(system, ticket);
    }

    public static async Task AssertDeadAsync(PortalClient visitor, string secret)
    {
        using var answer = await RedeemAsync(visitor, secret);
        Assert.Equal("This link leads nowhere", (await PortalClient.ReadProblemAsync(answer, HttpStatusCode.NotFound)).Title);
    }
}
