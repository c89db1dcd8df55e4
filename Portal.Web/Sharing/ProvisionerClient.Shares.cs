using GuacAspire.Contracts;

namespace GuacAspire.Portal.Web.Desktops;

internal sealed partial class ProvisionerClient
{
    /// <summary>Makes a link to a desktop. What opens it is told this once.</summary>
    public Task<NewShare> ShareAsync(string id, ShareRequest request, CancellationToken cancellationToken) => ReadAsync<NewShare>(
        new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/shares") { Content = JsonContent.Create(request) }, cancellationToken);

    public Task<Share[]> ListSharesAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync<Share[]>(new HttpRequestMessage(HttpMethod.Get, $"{PathOf(id)}/shares"), cancellationToken);

    public async Task RevokeShareAsync(string id, string share, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"{PathOf(id)}/shares/{Uri.EscapeDataString(share)}");
        using var response = await SendAsync(request, cancellationToken);
    }

    /// <summary>What a link leads to.</summary>
    public Task<SharedDesktop> RedeemAsync(string secret, CancellationToken cancellationToken) => ReadAsync<SharedDesktop>(
        new HttpRequestMessage(HttpMethod.Post, "shares/redeem") { Content = JsonContent.Create(new ShareSecret(secret)) },
        cancellationToken);
}
