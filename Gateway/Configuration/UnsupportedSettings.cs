namespace GuacAspire.Gateway.Configuration;

/// <summary>Settings of the official image that are set but do nothing here: said at the start, so that nobody relies on them.</summary>
internal sealed partial class UnsupportedSettings(IConfiguration configuration, ILogger<UnsupportedSettings> logger)
{
    private static readonly string[] Prefixes =
    [
        "MYSQL_", "BAN_", "JSON_", "REMOTE_IP_VALVE_", "GUACD_", "API_", "DUO_", "HTTP_AUTH_", "POSTGRESQL_", "POSTGRES_", "SQLSERVER_",
        "LDAP_",
        "QUICKCONNECT_", "RADIUS_", "RESTRICT_", "CAS_", "OPENID_", "SAML_", "SSL_AUTH_", "TOTP_", "DISPLAY_STATISTICS_", "RECORDING_",
        "KSM_", "PROXY_",
        "GUACAMOLE_HOME", "ALLOWED_LANGUAGES", "SKIP_IF_UNAVAILABLE", "CASE_SENSITIVITY", "EXTENSION_PRIORITY",
        "ENABLE_CLIPBOARD_INTEGRATION",
    ];

    private static readonly HashSet<string> Known =
    [
        "MYSQL_ENABLED", "MYSQL_HOSTNAME", "MYSQL_PORT", "MYSQL_DATABASE", "MYSQL_USERNAME", "MYSQL_USER", "MYSQL_PASSWORD",
        "MYSQL_SSL_MODE",
        "MYSQL_ABSOLUTE_MAX_CONNECTIONS", "MYSQL_DEFAULT_MAX_CONNECTIONS", "MYSQL_DEFAULT_MAX_CONNECTIONS_PER_USER",
        "MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS", "MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS_PER_USER", "MYSQL_USER_REQUIRED",
        "MYSQL_AUTO_CREATE_ACCOUNTS",
        "MYSQL_TRACK_EXTERNAL_CONNECTION_HISTORY", "MYSQL_ENFORCE_ACCESS_WINDOWS_FOR_ACTIVE_SESSIONS", "MYSQL_USER_PASSWORD_MIN_LENGTH",
        "MYSQL_USER_PASSWORD_REQUIRE_MULTIPLE_CASE", "MYSQL_USER_PASSWORD_REQUIRE_SYMBOL", "MYSQL_USER_PASSWORD_REQUIRE_DIGIT",
        "MYSQL_USER_PASSWORD_PROHIBIT_USERNAME", "MYSQL_USER_PASSWORD_MIN_AGE", "MYSQL_USER_PASSWORD_MAX_AGE",
        "MYSQL_USER_PASSWORD_HISTORY_SIZE",
        "GUACD_HOSTNAME", "GUACD_PORT", "GUACD_SSL", "API_SESSION_TIMEOUT", "API_MAX_REQUEST_SIZE", "EXTENSION_PRIORITY",
        "BAN_ENABLED", "BAN_MAX_INVALID_ATTEMPTS", "BAN_ADDRESS_DURATION", "BAN_MAX_ADDRESSES",
        "JSON_ENABLED", "JSON_SECRET_KEY", "JSON_TRUSTED_NETWORKS",
        "REMOTE_IP_VALVE_ENABLED", "REMOTE_IP_VALVE_REMOTE_IP_HEADER", "REMOTE_IP_VALVE_INTERNAL_PROXIES",
        "REMOTE_IP_VALVE_TRUSTED_PROXIES",
        "PROXY_ALLOWED_IPS_REGEX", "PROXY_IP_HEADER", "RECORDING_ENABLED", "RECORDING_SEARCH_PATH",
    ];

    public IEnumerable<string> Find() => configuration.GetChildren()
        .Where(child => !string.IsNullOrEmpty(child.Value))
        .Select(child => child.Key.EndsWith("_FILE", StringComparison.Ordinal) ? child.Key[..^"_FILE".Length] : child.Key)
        .Where(name => !Known.Contains(name) && Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        .Where(name => !(name.EndsWith("_ENABLED", StringComparison.Ordinal) && configuration[name] == "false"))
        .Distinct()
        .Order(StringComparer.Ordinal);

    public void Report()
    {
        foreach (var name in Find())
            LogIgnored(name);
    }

    [LoggerMessage(LogLevel.Warning, "{Setting} is set, but the Gateway does not implement it: it has no effect")]
    private partial void LogIgnored(string setting);
}
