using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Guacamole.Client;

/// <summary>One call: what to send, and in whose name.</summary>
internal sealed record GuacamoleCall(HttpMethod Method, string Path)
{
    public string? Token { get; init; }

    public HttpContent? Content { get; init; }

    /// <summary>For whom it is made, where that is not the caller.</summary>
    public IPAddress? Visitor { get; init; }
}

/// <summary>Sends calls, and turns everything that can go wrong with one into a <see cref="GuacamoleException"/>.</summary>
internal sealed class GuacamoleTransport
{
    private const string ForwardedFor = "X-Forwarded-For";

    private readonly HttpClient _http;
    private readonly Uri _application;

    public GuacamoleTransport(HttpClient http)
    {
        var address = http.BaseAddress ?? throw new ArgumentException(
            "The HTTP client needs Guacamole's address as its base address.", nameof(http));
        _application = new(address.AbsoluteUri.TrimEnd('/') + "/");
        _http = http;
    }

    public static JsonContent Json<T>(T value, JsonTypeInfo<T> type) =>
        JsonContent.Create(value, type, new MediaTypeHeaderValue("application/json"));

    /// <summary>Sends a call whose answer has no body, or none that matters.</summary>
    public Task<bool> SendAsync(GuacamoleCall call, CancellationToken cancellationToken) =>
        SendAsync(call, static (_, _) => Task.FromResult(true), cancellationToken);

    public Task<T> SendAsync<T>(GuacamoleCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(
            call,
            async (content, token) => await content.ReadFromJsonAsync(type, token).ConfigureAwait(false)
                ?? throw new JsonException("The answer is null."),
            cancellationToken);

    /// <summary>Sends a call whose answer the caller reads as it comes, and disposes.</summary>
    public Task<HttpResponseMessage> OpenAsync(GuacamoleCall call, CancellationToken cancellationToken) =>
        GuardAsync(() => OpenAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);

    private Task<T> SendAsync<T>(
        GuacamoleCall call, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        GuardAsync(
            async () =>
            {
                using var response = await OpenAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken)
                    .ConfigureAwait(false);
                return await read(response.Content, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private async Task<HttpResponseMessage> OpenAsync(
        GuacamoleCall call, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_application, call.Path)) { Content = call.Content };
        if (call.Token is not null)
            request.Headers.Add("Guacamole-Token", call.Token);
        if (call.Visitor is not null)
        {
            // In place of what every call of this client may say of itself.
            request.Headers.Remove(ForwardedFor);
            request.Headers.Add(ForwardedFor, call.Visitor.ToString());
        }

        var response = await _http.SendAsync(request, completion, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await GuacamoleErrors.ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new GuacamoleUnreachableException($"Guacamole does not answer at {_application}.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GuacamoleUnreachableException($"Guacamole did not answer in time at {_application}.", e);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new GuacamoleUnreachableException($"What answers at {_application} is not Guacamole.", e);
        }
    }
}
