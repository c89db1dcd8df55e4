using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>
/// A rule by which the Gateway differs from the stock server on purpose. It names requests by a pattern, never one by its number.
/// </summary>
/// <param name="Name">What it is called in the score.</param>
/// <param name="Reason">Why.</param>
/// <param name="Of">What it excuses: <c>rest</c>, <c>tunnel</c>, or nothing recorded: <c>product</c>.</param>
/// <param name="Pattern">A regular expression for the method and path of a request, or for an event of a tunnel.</param>
/// <param name="Omits">The fields that the Gateway leaves out of an answer.</param>
internal sealed record Difference(string Name, string Reason, string Of, string? Pattern, IReadOnlyList<string>? Omits)
{
    public bool Covers(string subject) => Pattern is not null && Regex.IsMatch(subject, Pattern);
}

/// <summary>Every deliberate difference, from the one file that lists them.</summary>
internal sealed class Differences
{
    private readonly Difference[] _all = JsonSerializer.Deserialize<Difference[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "differences-1.6.0.json")), JsonSerializerOptions.Web)!;

    public HashSet<string> Used { get; } = [];

    /// <summary>Excuses that nothing recorded needs any more.</summary>
    public IEnumerable<string> Stale =>
        _all.Where(difference => difference.Pattern is not null).Select(difference => difference.Name).Except(Used);

    /// <summary>Takes from a recorded answer what the Gateway leaves out on purpose.</summary>
    public JsonNode? Apply(string method, string path, JsonNode? recorded)
    {
        foreach (var difference in _all.Where(difference => difference.Of == "rest" && difference.Covers($"{method} {path}")))
        {
            foreach (var _ in (difference.Omits ?? []).Where(field => recorded is JsonObject item && item.Remove(field)))
                Used.Add(difference.Name);
        }

        return recorded;
    }

    /// <summary>Whether a tunnel went as recorded, or as it is meant to differ.</summary>
    public bool AreAlike(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        expected.Count == actual.Count
        && Arranged(expected).Zip(Arranged(actual)).All(pair =>
            pair.First == pair.Second || (Head(pair.First) == Head(pair.Second) && Excuses(pair.First)));

    // What guacd draws and what the server says itself have each an order, but none in common, except for the beginning and the end.
    private static IEnumerable<string> Arranged(IReadOnlyList<string> words) =>
        words.OrderBy(word => word.All(char.IsAsciiLetter)).Append(words[^1]);

    // A difference may concern what is said, not what happens.
    private static string Head(string word) => string.Join(' ', word.Split(' ').Take(2));

    private bool Excuses(string recorded)
    {
        var difference = Array.Find(_all, difference => difference.Of == "tunnel" && difference.Covers(recorded));
        if (difference is not null)
            Used.Add(difference.Name);
        return difference is not null;
    }
}
