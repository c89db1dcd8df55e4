using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Problems;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>The Provisioner's internal API. What it refuses is passed on in its own words as <see cref="ApiException"/>.</summary>
internal sealed partial class ProvisionerClient(HttpClient http)
{
    /// <summary>Launches a mesh, or without a file the save that the launch resumes.</summary>
    public async Task<Desktop> LaunchAsync(LaunchRequest launch, Stream? file, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent { { JsonContent.Create(launch), "launch" } };
        if (file is not null)
            form.Add(new StreamContent(file), "file", launch.FileName);
        return await ReadAsync<Desktop>(new HttpRequestMessage(HttpMethod.Post, "desktops") { Content = form }, cancellationToken);
    }

    public Task<Desktop[]> ListAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<Desktop[]>(new HttpRequestMessage(HttpMethod.Get, $"desktops?owner={Uri.EscapeDataString(owner)}"), cancellationToken);

    public async Task<Desktop?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, PathOf(id)), cancellationToken, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await response.Content.ReadFromJsonAsync<Desktop>(cancellationToken);
    }

    /// <summary>The desktop's changes, the present state first; ends after the last one, or when the line drops.</summary>
    public async IAsyncEnumerable<Desktop> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{PathOf(id)}/events"), cancellationToken);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<Desktop>(data, JsonSerializerOptions.Web));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (item is { EventType: "desktop", Data: { } desktop })
                yield return desktop;
        }
    }

    public Task<DesktopTicket> IssueTicketAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync<DesktopTicket>(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/ticket"), cancellationToken);

    public Task<ScreenSize> ResizeAsync(string id, ScreenSize size, CancellationToken cancellationToken) => ReadAsync<ScreenSize>(
        new HttpRequestMessage(HttpMethod.Put, $"{PathOf(id)}/screen") { Content = JsonContent.Create(size) }, cancellationToken);

    public Task<Desktop> SaveAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync<Desktop>(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/save"), cancellationToken);

    public Task<Desktop> StayAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync<Desktop>(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/stay"), cancellationToken);

    public Task<Save[]> ListSavesAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<Save[]>(new HttpRequestMessage(HttpMethod.Get, $"saves?owner={Uri.EscapeDataString(owner)}"), cancellationToken);

    /// <summary>A saved file; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenSaveAsync(string id, string owner, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{PathOfSave(id, "/file")}?owner={Uri.EscapeDataString(owner)}"),
            cancellationToken);

    /// <summary>The picture of a saved file; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenSavePictureAsync(string id, string owner, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{PathOfSave(id, "/picture")}?owner={Uri.EscapeDataString(owner)}"),
            cancellationToken);

    /// <summary>Has Blender take a picture of a mesh, a PNG. That may take long.</summary>
    public async Task<byte[]> TakePictureAsync(string fileName, Stream mesh, CancellationToken cancellationToken)
    {
        var content = new StreamContent(mesh);
        content.Headers.ContentLength = mesh.Length;
        using var response = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"pictures?name={Uri.EscapeDataString(fileName)}") { Content = content },
            cancellationToken, HttpStatusCode.GatewayTimeout);
        // That is the mesh's fault, and no outage of the provisioner.
        if (response.StatusCode == HttpStatusCode.GatewayTimeout)
            throw new ApiException((int)response.StatusCode, "No picture can be taken of this mesh", "Blender did not draw it in time.");
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Removes saved work; false when the owner has none of that id.</summary>
    public async Task<bool> RemoveSaveAsync(string id, string owner, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"{PathOfSave(id)}?owner={Uri.EscapeDataString(owner)}");
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound);
        return response.IsSuccessStatusCode;
    }

    /// <summary>The newest saved file; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> OpenFileAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{PathOf(id)}/file"), cancellationToken);

    public async Task StopAsync(string id, bool discard, CancellationToken cancellationToken)
    {
        var path = discard ? $"{PathOf(id)}?discard=true" : PathOf(id);
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken, HttpStatusCode.NotFound);
    }

    public Task<Limits> GetLimitsAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<Limits>(new HttpRequestMessage(HttpMethod.Get, $"limits?owner={Uri.EscapeDataString(owner)}"), cancellationToken);

    public Task<Guest> CreateGuestAsync(CancellationToken cancellationToken) =>
        ReadAsync<Guest>(new HttpRequestMessage(HttpMethod.Post, "guests"), cancellationToken);

    public async Task RemoveGuestAsync(string username, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"guests/{Uri.EscapeDataString(username)}");
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound);
    }

    /// <summary>Says that a guest is still there. One that is gone is no fault.</summary>
    public async Task RenewGuestAsync(string username, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"guests/{Uri.EscapeDataString(username)}");
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.NotFound);
    }

    /// <summary>Whether it says of itself that it can work.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "health"), cancellationToken, HttpStatusCode.ServiceUnavailable);
        return response.IsSuccessStatusCode;
    }

    private static string PathOfSave(string id, string rest = "") => $"saves/{Uri.EscapeDataString(id)}{rest}";

    private static string PathOf(string id) => $"desktops/{Uri.EscapeDataString(id)}";

    private async Task<T> ReadAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(cancellationToken)
            ?? throw ProvisionerFailure.Of(response.StatusCode, null);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, HttpStatusCode? alsoGood = null)
    {
        using (request)
        {
            HttpResponseMessage response;
            try
            {
                response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (Exception exception) when (Outage.Is(exception, cancellationToken))
            {
                throw ProvisionerFailure.Down(exception);
            }

            if (response.IsSuccessStatusCode || response.StatusCode == alsoGood)
                return response;
            using (response)
                throw await ProvisionerFailure.ReadAsync(response, cancellationToken);
        }
    }
}
