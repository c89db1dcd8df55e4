namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>What a service says of itself, be it well or not.</summary>
internal static class Health
{
    /// <summary>The text of <c>/health</c>, also of one that answers with 503.</summary>
    public static async Task<string> HealthAsync(this HttpClient http)
    {
        using var answer = await http.GetAsync("/health", TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
