using System.Globalization;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>Guacamole's protocol: elements with their length in code points before them.</summary>
internal static class Instructions
{
    public static IEnumerable<string[]> Parse(string text)
    {
        var elements = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var dot = text.IndexOf('.', at);
            Assert.True(dot > at, $"No length at character {at} of a message; a message holds whole instructions.");
            var left = int.Parse(text.AsSpan(at, dot - at), CultureInfo.InvariantCulture);
            var end = dot + 1;
            for (; left > 0; left--)
                end += char.IsHighSurrogate(text[end]) ? 2 : 1;
            elements.Add(text[(dot + 1)..end]);
            at = end + 1;
            if (text[end] == ',')
                continue;
            Assert.True(text[end] == ';', $"'{text[end]}' where an element ends.");
            yield return [.. elements];
            elements.Clear();
        }

        Assert.Empty(elements);
    }

    public static string Format(params string[] elements) =>
        string.Join(',',
            elements.Select(element => string.Create(CultureInfo.InvariantCulture, $"{element.EnumerateRunes().Count()}.{element}"))) + ";";
}
