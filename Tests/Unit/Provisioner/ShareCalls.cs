using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>The Provisioner's calls that concern links.</summary>
internal static class ShareCalls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(ProvisionerHost host, Desktop desktop, ShareRequest request) =>
        host.Http.PostAsJsonAsync(Path($"/desktops/{desktop.Id}/shares"), request, Cancellation);

    public static async Task<NewShare> CreateAsync(ProvisionerHost host, Desktop desktop, ShareMode mode = ShareMode.View)
    {
        using var answer = await PostAsync(host, desktop, new(mode, 60));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<NewShare>(Cancellation))!;
    }

    public static async Task<Share[]> ListAsync(ProvisionerHost host, Desktop desktop) =>
        (await host.Http.GetFromJsonAsync<Share[]>(Path($"/desktops/{desktop.Id}/shares"), Cancellation))!;

    public static async Task<HttpStatusCode> RevokeAsync(ProvisionerHost host, Desktop desktop, NewShare link)
    {
        using var answer = await host.Http.DeleteAsync(Path($"/desktops/{desktop.Id}/shares/{link.Share.Id}"), Cancellation);
        return answer.StatusCode;
    }

    public static Task<HttpResponseMessage> PostRedemptionAsync(ProvisionerHost host, string secret) =>
        host.Http.PostAsJsonAsync(Path("/shares/redeem"), new ShareSecret(secret), Cancellation);

    public static async Task<SharedDesktop> RedeemAsync(ProvisionerHost host, string secret)
    {
        using var answer = await PostRedemptionAsync(host, secret);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return (await answer.Content.ReadFromJsonAsync<SharedDesktop>(Cancellation))!;
    }

    public static async Task<string> DeadAsync(ProvisionerHost host, string secret)
    {
        using var answer = await PostRedemptionAsync(host, secret);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        return $"{problem["title"]} {problem["detail"]}";
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
