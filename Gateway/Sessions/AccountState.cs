using System.Globalization;
using System.Text.RegularExpressions;

namespace GuacAspire.Gateway.Sessions;

/// <summary>Whether an account may be used now; days and hours are meant in the account's own time zone.</summary>
internal static partial class AccountState
{
    /// <summary>The first and the last day count whole, also where they are in reversed order.</summary>
    public static bool IsValid(Account account, DateTimeOffset now) =>
        IsWithin(account.ValidFrom?.Date.Ticks, account.ValidUntil?.Date.Ticks + TimeSpan.TicksPerDay - 1,
            Local(account, now).DateTime.Ticks);

    public static bool IsAccessible(Account account, DateTimeOffset now) =>
        IsWithin(account.AccessWindowStart?.Ticks, account.AccessWindowEnd?.Ticks, Local(account, now).TimeOfDay.Ticks);

    /// <summary>A window that ends before it starts wraps: it is what lies outside the reversed one.</summary>
    private static bool IsWithin(long? start, long? end, long now) =>
        end < start ? !IsWithin(end, start, now) : !(now < start) && !(now > end);

    private static DateTimeOffset Local(Account account, DateTimeOffset now)
    {
        if (account.Timezone is not { } name)
            return now.ToUniversalTime();
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return TimeZoneInfo.ConvertTime(now, zone);
        return now.ToOffset(Distance(name));
    }

    /// <summary>Java also knows zones by their distance from Greenwich; what it does not know it takes for Greenwich.</summary>
    private static TimeSpan Distance(string name)
    {
        var match = Greenwich().Match(name);
        if (!match.Success)
            return TimeSpan.Zero;
        int Part(int group) => match.Groups[group] is { Success: true } part
            ? int.Parse(part.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;
        var distance = new TimeSpan(Part(2), Part(3), 0);
        return distance > TimeSpan.FromHours(14) ? TimeSpan.Zero : match.Groups[1].ValueSpan is "-" ? -distance : distance;
    }

    [GeneratedRegex(@"^GMT([+-])(\d{1,2})(?::?([0-5]\d))?$")]
    private static partial Regex Greenwich();
}
