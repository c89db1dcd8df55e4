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
    public required ConcurrencyDefaults Concurrency { get; init; }

    public required long MaxRequestSize { get; init; }

    /// <summary>
    /// Whether tunnels are compressed for clients that offer it. What guacd sends is mostly images, which are compressed already.
    /// </summary>
    public required bool CompressTunnels { get; init; }

    /// <summary>Null where nobody stands in front whose word about addresses is taken.</summary>
    public required ProxyOptions? Proxies { get; init; }
    public required BanOptions? Ban { get; init; }
    public required JsonOptions? Json { get; init; }
    public required AccountOptions Accounts { get; init; }
    public required PasswordRules Passwords { get; init; }

    /// <summary>The data sources that are asked first, in this order.</summary>
    public required IReadOnlyList<string> Priority { get; init; }
    public required LogLevel? LogLevel { get; init; }

    /// <summary>Where guacd keeps recordings, each named after its row in the history; null unless configured.</summary>
    public required string? RecordingPath { get; init; }

    /// <summary>Where a process writes down what the next one must mend should it die.</summary>
    public required string StateDirectory { get; init; }

    public static GatewayOptions Read(IConfiguration configuration) => new()
    {
        MySqlHost = configuration.Text("MYSQL_HOSTNAME") ?? "localhost",
        MySqlPort = (uint)configuration.Number("MYSQL_PORT", 3306),
        MySqlDatabase = configuration.Text("MYSQL_DATABASE") ?? "guacamole",
        MySqlUsername = configuration.Text("MYSQL_USERNAME") ?? configuration.Text("MYSQL_USER") ?? "guacamole",
        MySqlPassword = configuration.Text("MYSQL_PASSWORD") ?? "",
        MySqlSslMode = configuration.Text("MYSQL_SSL_MODE") ?? "preferred",
        Guacd = new GuacdAddress(
            configuration.Text("GUACD_HOSTNAME") ?? "localhost",
            configuration.Number("GUACD_PORT", 4822),
            configuration.Flag("GUACD_SSL")),
        BasePath = Base(configuration.Text("WEBAPP_CONTEXT")),
        SessionTimeout = TimeSpan.FromMinutes(configuration.Number("API_SESSION_TIMEOUT", 60)),
        Concurrency = new ConcurrencyDefaults(
            configuration.Number("MYSQL_ABSOLUTE_MAX_CONNECTIONS", 0),
            configuration.Number("MYSQL_DEFAULT_MAX_CONNECTIONS", 0),
            configuration.Number("MYSQL_DEFAULT_MAX_CONNECTIONS_PER_USER", 0),
            configuration.Number("MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS", 0),
            configuration.Number("MYSQL_DEFAULT_MAX_GROUP_CONNECTIONS_PER_USER", 1)),
        MaxRequestSize = configuration.Number("API_MAX_REQUEST_SIZE", 2 * 1024 * 1024),
        CompressTunnels = configuration.Flag("WEBSOCKET_COMPRESSION"),
        Proxies = ProxyOptions.Read(configuration),
        Ban = BanOptions.Read(configuration),
        Json = JsonOptions.Read(configuration),
        Accounts = AccountOptions.Read(configuration),
        Passwords = PasswordRules.Read(configuration),
        Priority = configuration.List("EXTENSION_PRIORITY"),
        RecordingPath = configuration.IsEnabled("RECORDING_")
            ? configuration.Text("RECORDING_SEARCH_PATH") ?? "/var/lib/guacamole/recordings"
            : null,
        StateDirectory = configuration.Text("GATEWAY_STATE_DIRECTORY") ?? DefaultStateDirectory(),
        LogLevel = Level(configuration.Text("LOG_LEVEL") ?? configuration.Text("LOGBACK_LEVEL")),
    };

    private static LogLevel? Level(string? name) => name?.ToLowerInvariant() switch
    {
        null => null,
        "trace" => Microsoft.Extensions.Logging.LogLevel.Trace,
        "debug" => Microsoft.Extensions.Logging.LogLevel.Debug,
        "info" => Microsoft.Extensions.Logging.LogLevel.Information,
        "warn" or "warning" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "error" => Microsoft.Extensions.Logging.LogLevel.Error,
        _ => throw new InvalidOperationException($"LOG_LEVEL must be trace, debug, info, warning or error, but is \"{name}\"."),
    };

    private static string DefaultStateDirectory()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "GuacAspire", "gateway");
    }

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
