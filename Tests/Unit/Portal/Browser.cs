using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>A browser with its own cookies; what it asks ends with the test.</summary>
internal sealed class Browser(HttpClient http)
{
    public HttpRequestHeaders DefaultRequestHeaders => http.DefaultRequestHeaders;

    private static CancellationToken End => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, End);

    public Task<string> GetStringAsync(string path) => http.GetStringAsync(path, End);

    public Task<Stream> GetStreamAsync(string path) => http.GetStreamAsync(path, End);

    public Task<T?> GetFromJsonAsync<T>(string path) => http.GetFromJsonAsync<T>(path, End);

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null) => http.PostAsync(path, content, End);

    public Task<HttpResponseMessage> PostAsJsonAsync(string path, object body) => http.PostAsJsonAsync(path, body, End);

    public Task<HttpResponseMessage> PutAsync(string path) => http.PutAsync(path, null, End);

    public Task<HttpResponseMessage> PutAsJsonAsync(string path, object body) => http.PutAsJsonAsync(path, body, End);

    public Task<HttpResponseMessage> DeleteAsync(string path) => http.DeleteAsync(path, End);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request, End);
}
