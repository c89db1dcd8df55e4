using System.Globalization;
using System.Text.RegularExpressions;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Api;

/// <summary>Users' attributes between JSON and columns.</summary>
internal static partial class UserAttributes
{
    public static readonly IReadOnlyList<string> Profile =
        ["guac-full-name", "guac-email-address", "guac-organization", "guac-organizational-role"];

    /// <summary>Seen and set only by those who may administer the user.</summary>
    public static readonly IReadOnlyList<string> Restrictions =
        ["expired", "access-window-start", "access-window-end", "valid-from", "valid-until", "timezone"];

    public static ApiUser ToApi(Account account, bool restricted)
    {
        var attributes = new Dictionary<string, string?>
        {
            ["guac-full-name"] = account.FullName,
            ["guac-email-address"] = account.EmailAddress,
            ["guac-organization"] = account.Organization,
            ["guac-organizational-role"] = account.OrganizationalRole,
        };
        if (restricted)
        {
            attributes["expired"] = account.Expired ? "true" : null;
            attributes["access-window-start"] = account.AccessWindowStart?.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
            attributes["access-window-end"] = account.AccessWindowEnd?.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
            attributes["valid-from"] = account.ValidFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            attributes["valid-until"] = account.ValidUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            attributes["timezone"] = account.Timezone;
        }
        return new ApiUser
        {
            Username = account.Name,
            Disabled = account.Disabled,
            Attributes = attributes,
            LastActive = Attributes.Milliseconds(account.LastActive),
        };
    }

    /// <summary>The columns that <paramref name="attributes"/> change; what is not mentioned stays.</summary>
    public static Dictionary<string, object?> ToColumns(IReadOnlyDictionary<string, string?> attributes, bool restricted)
    {
        var columns = new Dictionary<string, object?>();
        foreach (var (name, value) in attributes)
        {
            if (Column(name, Attributes.NullIfEmpty(value), restricted) is var (column, stored))
                columns[column] = stored;
        }
        return columns;
    }

    private static (string Column, object? Value)? Column(string name, string? value, bool restricted) => name switch
    {
        "guac-full-name" => ("full_name", value),
        "guac-email-address" => ("email_address", value),
        "guac-organization" => ("organization", value),
        "guac-organizational-role" => ("organizational_role", value),
        _ when !restricted => null,
        "expired" => ("expired", value == "true"),
        "timezone" => ("timezone", value),
        "access-window-start" => Time("access_window_start", value),
        "access-window-end" => Time("access_window_end", value),
        "valid-from" => Date("valid_from", value),
        "valid-until" => Date("valid_until", value),
        _ => null,
    };

    // As Java reads them: one digit will do, what follows does not matter, and 61 minutes are an hour and one. What cannot be read
    // leaves the column as it is.
    private static (string Column, object? Value)? Time(string column, string? value)
    {
        if (value is null)
            return (column, null);
        if (Numbers(TimePattern().Match(value)) is not var (hours, minutes, seconds))
            return null;
        var total = TimeSpan.FromSeconds((hours * 3600L) + (minutes * 60L) + seconds);
        return (column, total - TimeSpan.FromDays(total.Days));
    }

    private static (string Column, object? Value)? Date(string column, string? value)
    {
        if (value is null)
            return (column, null);
        if (Numbers(DatePattern().Match(value)) is not var (year, month, day) || year is < 1 or > 9000 || month > 9999)
            return null;
        return (column, new DateTime(year, 1, 1).AddMonths(month - 1).AddDays(day - 1));
    }

    private static (int, int, int)? Numbers(Match match) =>
        match.Success ? (Number(match.Groups[1]), Number(match.Groups[2]), Number(match.Groups[3])) : null;

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*([0-9]{1,6}):([0-9]{1,6}):([0-9]{1,6})")]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"^\s*([0-9]{1,6})-([0-9]{1,6})-([0-9]{1,6})")]
    private static partial Regex DatePattern();
}
