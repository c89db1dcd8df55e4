using System.Globalization;
using System.Text.RegularExpressions;
using GuacAspire.Gateway.Api;

namespace GuacAspire.Gateway.Data;

/// <summary>What is asked of a history.</summary>
internal sealed partial record HistoryQuery(IReadOnlyList<HistoryTerm> Terms, string Order)
{
    private const string Ascending = "start_date";
    private const string Descending = "start_date DESC";

    public int? Record { get; init; }

    public int? Connection { get; init; }

    public string? Username { get; init; }

    public static HistoryQuery Of(HttpContext context)
    {
        var order = context.Request.Query["order"].Where(name => !string.IsNullOrEmpty(name)).Select(name => name switch
        {
            "startDate" => Ascending,
            "-startDate" => Descending,
            _ => throw GuacamoleException.BadRequest($"Invalid sort property: \"{name!.TrimStart('-')}\""),
        });
        var terms = context.Request.Query["contains"].Where(text => !string.IsNullOrEmpty(text)).Select(text => HistoryTerm.Parse(text!));
        return new HistoryQuery([.. terms], string.Join(", ", order));
    }

    /// <summary>Newest first where the client asked for no order.</summary>
    public HistoryQuery NewestFirst() => Order.Length > 0 ? this : this with { Order = Descending };
}

/// <summary>A search term: text, and the time that it denotes if it is a date, as far as it is given.</summary>
internal sealed partial record HistoryTerm(string Text, DateTime? From, DateTime? Until)
{
    public static HistoryTerm Parse(string text)
    {
        var match = Date().Match(text);
        if (!match.Success)
            return new HistoryTerm(text, null, null);
        int Part(int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        var (year, month, day) = (Part(1), Part(2), Part(3));
        if (year is < 1 or > 9998 || month > 12 || day > DateTime.DaysInMonth(year, Math.Max(month, 1)))
            return new HistoryTerm(text, null, null);
        var from = new DateTime(year, Math.Max(month, 1), Math.Max(day, 1), 0, 0, 0, DateTimeKind.Utc);
        var until = month == 0 ? from.AddYears(1) : day == 0 ? from.AddMonths(1) : from.AddDays(1);
        return new HistoryTerm(text, from, until.AddSeconds(-1));
    }

    [GeneratedRegex(@"^(\d{1,4})(?:-(?:(\d{1,2})(?:-(\d{1,2})?)?)?)?$")]
    private static partial Regex Date();
}
