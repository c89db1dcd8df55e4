using System.Globalization;
using System.Text.RegularExpressions;
using GuacAspire.Gateway.Api;

namespace GuacAspire.Gateway.Data;

/// <summary>What is asked of a history.</summary>
internal sealed partial record HistoryQuery(IReadOnlyList<HistoryTerm> Terms, string Order)
{
    private const string Ascending = "start_date";
    private const string Descending = "start_date DESC";

    public static HistoryQuery All { get; } = new([], "");

    public int? Record { get; init; }

    public int? Connection { get; init; }

    public string? Username { get; init; }

    public static HistoryQuery Of(HttpContext context)
    {
        var order = context.Request.Query["order"].Select(name => name switch
        {
            "startDate" => Ascending,
            "-startDate" => Descending,
            _ => throw GuacamoleException.BadRequest($"Invalid sort property: \"{(name!.StartsWith('-') ? name[1..] : name)}\""),
        });
        var terms = context.Request.Query["contains"].Where(text => !string.IsNullOrEmpty(text)).Select(text => HistoryTerm.Parse(text!));
        return new HistoryQuery([.. terms], string.Join(", ", order));
    }

    /// <summary>Newest first, whatever else the client asks for.</summary>
    public HistoryQuery NewestFirst() => this with { Order = Descending };
}

/// <summary>A search term: text, and the time that it denotes if it is a date, as far as it is given.</summary>
internal sealed partial record HistoryTerm(string Text, DateTime? From, DateTime? Until)
{
    public static HistoryTerm Parse(string text)
    {
        var match = Date().Match(text);
        if (!match.Success)
            return new HistoryTerm(text, null, null);
        int? Part(int group) => match.Groups[group] is { Success: true } part
            ? int.Parse(part.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
        var (year, month, day) = (Part(1)!.Value, Part(2), Part(3));
        if (year is < 1 or > 9980)
            return new HistoryTerm(text, null, null);
        // Months and days beyond the calendar's run over into the next year or month.
        var from = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths((month ?? 1) - 1).AddDays((day ?? 1) - 1);
        var until = month is null ? from.AddYears(1) : day is null ? from.AddMonths(1) : from.AddDays(1);
        return new HistoryTerm(text, from, until.AddSeconds(-1));
    }

    [GeneratedRegex(@"^(\d{1,4})(?:-(?:(\d{1,2})(?:-(\d{1,2})?)?)?)?$")]
    private static partial Regex Date();
}
