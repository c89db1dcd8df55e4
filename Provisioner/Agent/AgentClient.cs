using System.Net.Http.Headers;
using System.Text.Json;
using GuacAspire.Provisioner.Runtime;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Agent;

/// <summary>Talks to the agents inside the desktops.</summary>
internal sealed class AgentClient(HttpClient http)
{
    private const string Binary = "application/octet-stream";
    private const int MaxPictureBytes = 2 << 20;

    // What an agent says is read by this process, whose memory is everybody's. The names of a scene's objects may be many.
    private const int MaxWordsBytes = 8 << 20;
    private const int MaxErrorLength = 500;

    // A desktop has a gigabyte for files; what is larger comes from no Blender.
    private const long MaxFileBytes = 1L << 30;

    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ScreenTimeout = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether the agent listens by now. Unlike all other questions this one keeps Blender from nothing.</summary>
    public async Task<bool> IsListeningAsync(DesktopAddress desktop, CancellationToken cancellationToken) =>
        await TryAskAsync(desktop, "alive", (response, _) => Task.FromResult<object?>(response.StatusCode), cancellationToken) is not null;

    /// <summary>Asks how Blender is; null as long as nobody is there to answer.</summary>
    public Task<AgentStatus?> TryGetStatusAsync(DesktopAddress desktop, CancellationToken cancellationToken) =>
        TryAskAsync(
            desktop,
            "status",
            async (response, token) => (await ReadWordsAsync<AgentStatus>(response, token))?.Sensible,
            cancellationToken);

    /// <summary>Opens a file; answers when a viewport has been drawn with it.</summary>
    public async Task<AgentStatus> OpenAsync(DesktopAddress desktop, string fileName, Stream mesh, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(mesh);
        content.Headers.ContentType = new(Binary);
        using var response = await SendAsync(desktop, HttpMethod.Post, $"open?name={Uri.EscapeDataString(fileName)}", content, cancellationToken);
        return await ReadAsync<AgentStatus>(response, cancellationToken);
    }

    /// <summary>Has Blender open and draw a small file of every format, so that nobody waits for what is needed the first time.</summary>
    public async Task RehearseAsync(DesktopAddress desktop, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Post, "rehearse", null, cancellationToken);
    }

    /// <summary>Has Blender save, and copies the file. It is complete when this returns.</summary>
    public async Task SaveAsync(DesktopAddress desktop, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Post, "save", null, cancellationToken);
        await CopyWholeAsync(response, destination, cancellationToken);
    }

    /// <summary>Copies what Blender has written by itself since the last save, without asking Blender, which may hang.</summary>
    public async Task RescueAsync(DesktopAddress desktop, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Get, "rescue", null, cancellationToken);
        await CopyWholeAsync(response, destination, cancellationToken);
    }

    /// <summary>Has Blender draw what its viewport shows; a PNG.</summary>
    public async Task<byte[]> TakePictureAsync(DesktopAddress desktop, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(desktop, HttpMethod.Get, "picture", null, cancellationToken);
        if (response.Content.Headers.ContentLength is not (> 0 and <= MaxPictureBytes))
            throw new AgentException("The desktop's picture has no sensible size.", null);
        using var picture = new MemoryStream();
        await CopyWholeAsync(response, picture, cancellationToken);
        return picture.ToArray() is var bytes && bytes.AsSpan().StartsWith(PngSignature)
            ? bytes
            : throw new AgentException("The desktop's picture is no PNG.", null);
    }

    private async Task<T?> TryAskAsync<T>(
        DesktopAddress desktop, string path, Func<HttpResponseMessage, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StatusTimeout);
        // That nobody is there to answer is an answer, and no failure that a trace should tell of.
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            using var response = await SendAsync(desktop, HttpMethod.Get, path, null, timeout.Token);
            return await read(response, timeout.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is that makes no sense, or does not come: it is this desktop's, and nobody else's.
            return null;
        }
    }

    private static async Task CopyWholeAsync(HttpResponseMessage response, Stream destination, CancellationToken cancellationToken)
    {
        var expected = response.Content.Headers.ContentLength
            ?? throw new AgentException("The desktop did not say how large the file is, so it cannot be trusted to be whole.", null);
        if (expected > MaxFileBytes)
            throw new AgentException($"The file is larger than any that is kept: {ByteSize.Describe(expected)}.", null);
        var copied = await CopyAsync(response, destination, cancellationToken);
        if (expected == 0 || copied != expected)
            throw new AgentException($"The file has {copied} bytes instead of {expected}.", null);
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

    // What cannot be read is the desktop's fault, what cannot be written is ours: who saves has to know which.
    private static async Task<long> CopyAsync(HttpResponseMessage response, Stream destination, CancellationToken cancellationToken)
    {
        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[1 << 16];
        long copied = 0;
        while (await ReadAsync(source, buffer, cancellationToken) is > 0 and var read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            copied += read;
        }

        return copied;
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentException("The desktop broke off while it sent the file.", null, e);
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
        catch (Exception e) when (e is not AgentException && !cancellationToken.IsCancellationRequested)
        {
            // A desktop whose network is gone refuses nothing: whoever knocks there gives up after a while.
            throw new AgentException("The desktop's agent does not answer.", null, e)
            {
                IsSilent = e is HttpRequestException or OperationCanceledException,
            };
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadWordsAsync<T>(response, cancellationToken) ?? throw new JsonException("null");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentException("The desktop's answer makes no sense.", null, e);
        }
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadWordsAsync<AgentError>(response, cancellationToken) is { Error: { Length: > 0 } words })
                return words.Length > MaxErrorLength ? $"{words[..MaxErrorLength]}…" : words;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // An answer without words; its status has to do.
        }

        return $"The desktop's agent answered {(int)response.StatusCode}.";
    }

    private static async Task<T?> ReadWordsAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Fails, as a line that breaks does, when there is more.
        await response.Content.LoadIntoBufferAsync(MaxWordsBytes, cancellationToken);
        // As bytes, which are UTF-8 or nothing: what the answer's headers say of itself may be anything.
        return JsonSerializer.Deserialize<T>(await response.Content.ReadAsByteArrayAsync(cancellationToken), JsonSerializerOptions.Web);
    }

    private sealed record AgentError(string? Error);

    private sealed record VncPassword(string Password);
}
