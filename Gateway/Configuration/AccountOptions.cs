namespace GuacAspire.Gateway.Configuration;

/// <summary>What accounts in the database mean for users who sign in, by whichever way.</summary>
/// <param name="Required">Whether who signs in by another way also needs an account.</param>
/// <param name="AutoCreate">Whether such a user gets an account at the first sign-in.</param>
/// <param name="TrackExternal">Whether connections that are not the database's show in its history.</param>
/// <param name="EnforceWindows">Whether sessions end when the account's time does.</param>
internal sealed record AccountOptions(bool Required, bool AutoCreate, bool TrackExternal, bool EnforceWindows)
{
    public static AccountOptions Read(IConfiguration configuration) => new(
        configuration.Flag("MYSQL_USER_REQUIRED"),
        configuration.Flag("MYSQL_AUTO_CREATE_ACCOUNTS"),
        configuration.Flag("MYSQL_TRACK_EXTERNAL_CONNECTION_HISTORY", fallback: true),
        configuration.Flag("MYSQL_ENFORCE_ACCESS_WINDOWS_FOR_ACTIVE_SESSIONS", fallback: true));
}

/// <summary>What passwords must be like; ages in days, 0 is no limit.</summary>
internal sealed record PasswordRules(
    int MinLength, bool MultipleCase, bool Symbol, bool Digit, bool ProhibitUsername, int MinAge, int MaxAge, int HistorySize)
{
    public static PasswordRules Read(IConfiguration configuration) => new(
        configuration.Number("MYSQL_USER_PASSWORD_MIN_LENGTH", 0),
        configuration.Flag("MYSQL_USER_PASSWORD_REQUIRE_MULTIPLE_CASE"),
        configuration.Flag("MYSQL_USER_PASSWORD_REQUIRE_SYMBOL"),
        configuration.Flag("MYSQL_USER_PASSWORD_REQUIRE_DIGIT"),
        configuration.Flag("MYSQL_USER_PASSWORD_PROHIBIT_USERNAME"),
        configuration.Number("MYSQL_USER_PASSWORD_MIN_AGE", 0),
        configuration.Number("MYSQL_USER_PASSWORD_MAX_AGE", 0),
        configuration.Number("MYSQL_USER_PASSWORD_HISTORY_SIZE", 0));
}
