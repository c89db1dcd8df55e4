using System.Net;
using GuacAspire.Contracts;

namespace GuacAspire.Portal.Web.Desktops;

internal sealed partial class ProvisionerClient
{
    public Task<Desktop> RecordAsync(string id, bool on, CancellationToken cancellationToken) => ReadAsync<Desktop>(
        new HttpRequestMessage(HttpMethod.Put, $"{PathOf(id)}/recording") { Content = JsonContent.Create(new RecordingSwitch(on)) },
        cancellationToken);

    public Task<Recording[]> ListRecordingsAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<Recording[]>(new HttpRequestMessage(HttpMethod.Get, PathOfRecordings(owner)), cancellationToken);

    /// <summary>What was recorded; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenRecordingAsync(string id, string owner, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, PathOfRecordings(owner, $"/{Uri.EscapeDataString(id)}/file")), cancellationToken);

    /// <summary>Removes a recording; false when the owner has none of that id.</summary>
    public async Task<bool> RemoveRecordingAsync(string id, string owner, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, PathOfRecordings(owner, $"/{Uri.EscapeDataString(id)}"));
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound);
        return response.IsSuccessStatusCode;
    }

    private static string PathOfRecordings(string owner, string rest = "") => $"recordings{rest}?owner={Uri.EscapeDataString(owner)}";
}
