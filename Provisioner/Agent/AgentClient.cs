using System.Net.Http.Headers;
using System.Text.Json;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Agent;

/// <summary>Talks to the agents inside the desktops.</summary>
internal sealed class AgentClient(HttpClient http)
{
    private const string Binary = "application/octet-stream";
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ScreenTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks how Blender is; null as long as nobody is there to answer.</summary>
    public async Task<AgentStatus?> TryGetStatusAsync(DesktopAddress desktop, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StatusTimeout);
        try
        {
            using var response = await SendAsync(desktop, HttpMethod.Get, "status", null, timeout.Token);
            return await response.Content.ReadFromJsonAsync<AgentStatus>(timeout.Token);
        }
        catch (AgentException)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Opens a file; answers when a viewport has been drawn with it.</summary>
    public async Task<AgentStatus> OpenAsync(DesktopAddress desktop, string fileName, Stream mesh, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(mesh);
        content.Headers.ContentType = new(Binary);
        using var response = await SendAsync(desktop, HttpMethod.Post, $"open?name={Uri.EscapeDataString(fileName)}", content, cancellationToken);
        return await ReadAsync<AgentStatus>(response, cancellationToken);
    }

    /// <summary>Has Blender draw a scene with materials and put it away, so that nobody waits for what is needed to draw the first time.</summary>
    public async Task RehearseAsync(DesktopAddress desktop, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Post, "rehearse", null, cancellationToken);
    }

    /// <summary>Has Blender save, and copies the file. It is complete when this returns.</summary>
    public async Task SaveAsync(DesktopAddress desktop, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Post, "save", null, cancellationToken);
        var expected = response.Content.Headers.ContentLength
            ?? throw new AgentException("The desktop did not say how large the saved file is, so it cannot be trusted to be whole.", null);
        try
        {
            await response.Content.CopyToAsync(destination, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AgentException("The desktop broke off while it sent the saved file.", null, e);
        }

        if (expected == 0 || destination.Length != expected)
            throw new AgentException($"The saved file has {destination.Length} bytes instead of {expected}.", null);
    }

    public async Task SetVncPasswordAsync(DesktopAddress desktop, string password, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new VncPassword(password));
        using var response = await SendAsync(desktop, HttpMethod.Put, "vnc-password", content, cancellationToken);
    }

    /// <summary>Gives the screen another size; answers with the one that it took.</summary>
    public async Task<ScreenSize> SetScreenAsync(DesktopAddress desktop, ScreenSize size, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ScreenTimeout);
        try
        {
            using var content = JsonContent.Create(size);
            using var response = await SendAsync(desktop, HttpMethod.Put, "screen", content, timeout.Token);
            return await ReadAsync<ScreenSize>(response, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentException("The desktop did not change its screen in time.", null, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        DesktopAddress desktop, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(desktop.Agent, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", desktop.AgentToken);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw new AgentException(await ReadErrorAsync(response, cancellationToken), (int)response.StatusCode);
        }
        catch (HttpRequestException e)
        {
            throw new AgentException("The desktop's agent does not answer.", null, e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            throw new AgentException("The desktop's answer makes no sense.", null, e);
        }
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync<AgentError>(cancellationToken) is { Error.Length: > 0 } body)
                return body.Error;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // An answer without words; its status has to do.
        }

        return $"The desktop's agent answered {(int)response.StatusCode}.";
    }

    private sealed record AgentError(string? Error);

    private sealed record VncPassword(string Password);
}
