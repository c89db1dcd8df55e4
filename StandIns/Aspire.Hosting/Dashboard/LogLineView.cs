using System.Globalization;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

internal sealed record LogLineView(
    [property: JsonPropertyName("n")] int Number,
    [property: JsonPropertyName("t")] DateTime? Time,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("err")] bool IsError)
{
    public static LogLineView From(LogLine line, SecretMask mask)
    {
        var content = mask.Apply(line.Content);
        return content.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end && Timestamp(content.AsSpan(0, end)) is { } time
            ? new(line.LineNumber, time, content[(end + 1)..], line.IsErrorMessage)
            : new(line.LineNumber, Timestamp(content), Timestamp(content) is null ? content : "", line.IsErrorMessage);
    }

    private static DateTime? Timestamp(ReadOnlySpan<char> text) =>
        text.Length >= 20 && text[^1] == 'Z' && text[10] == 'T'
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
            out var time) ? time : null;
}
