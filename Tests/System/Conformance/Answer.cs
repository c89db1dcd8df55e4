namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>What a server answered.</summary>
internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name.ToLowerInvariant());
}
