namespace GuacAspire.Gateway.Sessions;

/// <summary>Whether an account may be used now; days and hours are meant in the account's own time zone.</summary>
internal static class AccountState
{
    public static bool IsValid(Account account, DateTimeOffset now)
    {
        var today = Local(account, now).Date;
        return IsWithin(account.ValidFrom?.Date.Ticks, account.ValidUntil?.Date.Ticks, today.Ticks);
    }

    public static bool IsAccessible(Account account, DateTimeOffset now) =>
        IsWithin(account.AccessWindowStart?.Ticks, account.AccessWindowEnd?.Ticks, Local(account, now).TimeOfDay.Ticks);

    /// <summary>A window that ends before it starts wraps: it is what lies outside the reversed one.</summary>
    private static bool IsWithin(long? start, long? end, long now) =>
        end < start ? !IsWithin(end, start, now) : !(now < start) && !(now > end);

    private static DateTimeOffset Local(Account account, DateTimeOffset now) =>
        account.Timezone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? TimeZoneInfo.ConvertTime(now, zone)
            : now.ToUniversalTime();
}
