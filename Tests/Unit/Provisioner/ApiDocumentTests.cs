using System.Net.Http.Json;
using System.Text.Json;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What an operator reads before calling.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Every_call_says_what_it_does_that_it_needs_the_key_and_how_it_refuses()
    {
        await using var host = new ProvisionerHost();
        var document = await host.Anonymous.GetFromJsonAsync<JsonElement>(
            new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(
            "bearer",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());
        var calls = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(call => (Name: $"{call.Name} {path.Name}", call.Value)))
            .ToDictionary(call => call.Name, call => call.Value);
        Assert.All(calls, call =>
        {
            Assert.True(call.Value.TryGetProperty("summary", out _), $"{call.Key} does not say what it does.");
            Assert.True(call.Value.GetProperty("security")[0].TryGetProperty("Bearer", out _), $"{call.Key} does not say that it needs the key.");
            Assert.True(call.Value.GetProperty("responses").TryGetProperty("401", out _), $"{call.Key} does not say what comes without it.");
        });
        Assert.Equal(["202", "400", "401", "404", "413", "415", "429", "502", "503", "507"], Answers("post /desktops"));
        Assert.Equal(["200", "401", "404", "409", "500", "502", "503", "504", "507"], Answers("post /desktops/{id}/save"));
        Assert.Equal(["200", "401", "404", "429", "502", "503"], Answers("post /shares/redeem"));
        Assert.Equal(["200", "401", "404", "409", "501", "502", "503", "507"], Answers("put /desktops/{id}/recording"));
        Assert.Equal(["200", "401", "404"], Answers("get /saves/{id}/file"));

        IEnumerable<string> Answers(string call) =>
            calls[call].GetProperty("responses").EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal);
    }
}
