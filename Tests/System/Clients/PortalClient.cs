using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>One visitor of the portal, through the front door, with a cookie jar; leaves nothing behind.</summary>
internal sealed class PortalClient : IAsyncDisposable
{
    private readonly RunningSystem _system;
    private readonly HttpClientHandler _handler = new() { CookieContainer = new CookieContainer() };

    /// <param name="system">The system that looks after what the client leaves.</param>
    /// <param name="address">The front door, if it is another's.</param>
    public PortalClient(RunningSystem system, Uri? address = null)
    {
        _system = system;
        Http = new HttpClient(_handler) { BaseAddress = address ?? system.Address, Timeout = AtMost.Minutes(3) };
    }

    public HttpClient Http { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<PortalClient> AsGuestAsync()
    {
        using var answer = await Http.PostAsync("/api/session/guest", null, Cancelled);
        await EnsureAsync(answer, HttpStatusCode.OK);
        KeepCookies();
        return this;
    }

    public async Task<HttpResponseMessage> SignInAsync(string username, string password)
    {
        var answer = await Http.PostAsJsonAsync("/api/session", new { username, password }, Cancelled);
        KeepCookies();
        return answer;
    }

    public async Task<Mesh[]> MeshesAsync() => await Http.GetFromJsonAsync<Mesh[]>("/api/meshes", Cancelled) ?? [];

    public async Task<Desktop[]> DesktopsAsync() => await Http.GetFromJsonAsync<Desktop[]>("/api/desktops", Cancelled) ?? [];

    public Task<HttpResponseMessage> PostLaunchAsync(string mesh, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/desktops") { Content = JsonContent.Create(new { mesh }) };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return Http.SendAsync(request, Cancelled);
    }

    public async Task<Desktop> LaunchAsync(string mesh, string? idempotencyKey = null)
    {
        using var answer = await PostLaunchAsync(mesh, idempotencyKey);
        return await ReadAsync<Desktop>(answer, HttpStatusCode.Accepted);
    }

    /// <summary>Launches a desktop and waits, on its events, until it is ready.</summary>
    public async Task<Desktop> LaunchReadyAsync(string mesh) => await WaitReadyAsync((await LaunchAsync(mesh)).Id);

    public async Task<Desktop> WaitReadyAsync(string id)
    {
        Desktop? last = null;
        await foreach (var item in EventsAsync(id))
        {
            last = Desktop.Parse(item);
            if (last.State == "ready")
                return last;
            Assert.False(last.IsOver, $"The launch of {last.Mesh} ended as {last.State}: {last.Message}");
        }

        throw new InvalidOperationException($"The events of {id} ended after '{last?.State}', before the desktop was ready.");
    }

    public async IAsyncEnumerable<SseItem<string>> EventsAsync(
        string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Cancelled);
        both.CancelAfter(AtMost.Minutes(3));
        using var answer = await Http.GetAsync($"/api/desktops/{id}/events", HttpCompletionOption.ResponseHeadersRead, both.Token);
        await EnsureAsync(answer, HttpStatusCode.OK);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync(both.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(both.Token))
            yield return item;
    }

    public Task<HttpResponseMessage> GetDesktopAsync(string id) => Http.GetAsync($"/api/desktops/{id}", Cancelled);

    public async Task<Ticket> TicketAsync(string id)
    {
        using var answer = await Http.PostAsync($"/api/desktops/{id}/ticket", null, Cancelled);
        var ticket = await ReadAsync<Ticket>(answer, HttpStatusCode.OK);
        _system.Secrets.Keep("a ticket's token", ticket.Token);
        return ticket;
    }

    public async Task StopAsync(string id)
    {
        using var answer = await Http.DeleteAsync($"/api/desktops/{id}", Cancelled);
        Assert.True(
            answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.NotFound,
            $"DELETE answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancelled)}");
    }

    /// <summary>Waits for "stopped or 404", which the contract promises within 30 s.</summary>
    public Task WaitGoneAsync(string id) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await GetDesktopAsync(id);
            return answer.StatusCode == HttpStatusCode.NotFound || (await answer.Content.ReadFromJsonAsync<Desktop>(Cancelled))!.IsOver;
        },
        $"the desktop {id} to be stopped or unknown");

    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, HttpStatusCode expected)
    {
        await EnsureAsync(answer, expected);
        return await answer.Content.ReadFromJsonAsync<T>(Cancelled) ?? throw new InvalidOperationException("The answer is null.");
    }

    /// <summary>Checks that a refusal is problem+json that says what, in words.</summary>
    public static async Task<Problem> ReadProblemAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        await EnsureAsync(answer, expected);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<Problem>(JsonSerializerOptions.Web, Cancelled))!;
        Assert.Equal((int)expected, problem.Status);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title), "The problem has no title.");
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail), "The problem does not say what to do.");
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var desktop in await Http.GetFromJsonAsync<Desktop[]>("/api/desktops") ?? [])
                (await Http.DeleteAsync($"/api/desktops/{desktop.Id}?discard=true")).Dispose();
            (await Http.DeleteAsync("/api/session")).Dispose();
        }
        catch (HttpRequestException)
        {
            // Never signed in, or the system is gone; what is left shows in the check at the end of the run.
        }

        Http.Dispose();
        _handler.Dispose();
    }

    private static async Task EnsureAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        if (answer.StatusCode != expected)
        {
            Assert.Fail($"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode}, not {(int)expected}: "
                + await answer.Content.ReadAsStringAsync(Cancelled));
        }
    }

    private void KeepCookies()
    {
        foreach (Cookie cookie in _handler.CookieContainer.GetCookies(_system.Address))
            _system.Secrets.Keep($"the cookie '{cookie.Name}'", cookie.Value);
    }
}
