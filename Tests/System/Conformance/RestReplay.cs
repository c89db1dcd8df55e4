using System.Net.Http.Headers;
using System.Text;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Sends recorded requests, as they were sent.</summary>
internal sealed class RestReplay(Uri address, Variables variables) : IDisposable
{
    // Some paths hold what a client would otherwise tidy up.
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async Task<Answer> SendAsync(RecordedRequest recorded)
    {
        var root = address.GetLeftPart(UriPartial.Authority) + "/guacamole";
        using var request = new HttpRequestMessage(new HttpMethod(recorded.Method), new Uri(root + variables.Fill(recorded.Path), AsItIs));
        if (recorded.Body is { } body)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(variables.Fill(body)));
        foreach (var (name, value) in recorded.Headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value!.ToString());
            else
                request.Headers.TryAddWithoutValidation(name, variables.Fill(value!.ToString()));
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            Flat(response.Headers, response.Content.Headers));
    }

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, string> Flat(params HttpHeaders[] headers) =>
        headers.SelectMany(all => all).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value));
}
