using System.Globalization;

namespace GuacAspire.Gateway.Configuration;

/// <summary>The settings of the official guacamole image, read from the environment under its own names.</summary>
internal sealed record GatewayOptions
{
    public required string MySqlHost { get; init; }
    public required uint MySqlPort { get; init; }
    public required string MySqlDatabase { get; init; }
    public required string MySqlUsername { get; init; }
    public required string MySqlPassword { get; init; }
    public required string MySqlSslMode { get; init; }
    public required GuacdAddress Guacd { get; init; }

    /// <summary>The path that everything lies below: empty, or with a leading slash and no trailing one.</summary>
    public required string BasePath { get; init; }
    public required TimeSpan SessionTimeout { get; init; }
    public required bool TrustForwardedAddress { get; init; }
    public required ConcurrencyDefaults Concurrency { get; init; }

    public static GatewayOptions Read(IConfiguration configuration) => new()
    {
        MySqlHost = Text(configuration, "MYSQL_HOSTNAME") ?? "localhost",
        MySqlPort = (uint)Number(configuration, "MYSQL_PORT", 3306),
        MySqlDatabase = Text(configuration, "MYSQL_DATABASE") ?? "guacamole",
        MySqlUsername = Text(configuration, "MYSQL_USERNAME") ?? Text(configuration, "MYSQL_USER") ?? "guacamole",
        MySqlPassword = Text(configuration, "MYSQL_PASSWORD") ?? "",
        MySqlSslMode = Text(configuration, "MYSQL_SSL_MODE") ?? "preferred",
        Guacd = new GuacdAddress(
            Text(configuration, "GUACD_HOSTNAME") ?? "localhost",
            Number(configuration, "GUACD_PORT", 4822),
            Flag(configuration, "GUACD_SSL")),
        BasePath = Base(Text(configuration, "WEBAPP_CONTEXT")),
        SessionTimeout = TimeSpan.FromMinutes(Number(configuration, "API_SESSION_TIMEOUT", 60)),
        TrustForwardedAddress = Flag(configuration, "REMOTE_IP_VALVE_ENABLED"),
        Concurrency = new ConcurrencyDefaults(
            Number(configuration, "MYSQL_ABSOLUTE_MAX_CONNECTIONS", 0),
            Number(configuration, "MYSQL_DEFAULT_MAX_CONNECTIONS", 0),
            Number(configuration, "MYSQL_DEFAULT_MAX_CONNECTIONS_PER_USER", 0),
            Number(configuration, "MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS", 0),
            Number(configuration, "MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS_PER_USER", 1)),
    };

    /// <summary>A variable, or the content of the file that the variable with <c>_FILE</c> appended names, as the image does it.</summary>
    internal static string? Text(IConfiguration configuration, string name)
    {
        if (configuration[name] is { Length: > 0 } value)
            return value;
        return configuration[name + "_FILE"] is { Length: > 0 } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : null;
    }

    private static int Number(IConfiguration configuration, string name, int fallback)
    {
        var text = Text(configuration, name);
        if (text is null)
            return fallback;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new InvalidOperationException($"{name} must be a whole number that is not negative, but is \"{text}\".");
    }

    private static bool Flag(IConfiguration configuration, string name) =>
        string.Equals(Text(configuration, name), "true", StringComparison.OrdinalIgnoreCase);

    private static string Base(string? context)
    {
        var name = (context ?? "guacamole").Trim('/');
        return name is "" or "ROOT" ? "" : "/" + name;
    }
}

/// <summary>Where a guacd listens.</summary>
internal sealed record GuacdAddress(string Host, int Port, bool Tls);

/// <summary>Limits for connections and groups that set none of their own; 0 is unlimited.</summary>
internal sealed record ConcurrencyDefaults(int Absolute, int PerConnection, int PerConnectionUser, int PerGroup, int PerGroupUser);
