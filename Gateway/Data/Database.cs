using GuacAspire.Gateway.Configuration;
using MySqlConnector;

namespace GuacAspire.Gateway.Data;

/// <summary>Guacamole's database. Times in it are UTC, as the official image keeps them.</summary>
internal sealed class Database(GatewayOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly MySqlDataSource _source = new MySqlDataSourceBuilder(new MySqlConnectionStringBuilder
    {
        Server = options.MySqlHost,
        Port = options.MySqlPort,
        Database = options.MySqlDatabase,
        UserID = options.MySqlUsername,
        Password = options.MySqlPassword,
        SslMode = SslMode(options.MySqlSslMode),
        AllowPublicKeyRetrieval = true,
        ConnectionTimeout = 5,
        DefaultCommandTimeout = 20,
        // A query that takes too long is left with its connection. To have the server cancel it the driver would read synchronously when the
        // reader is closed, on the very thread that hears of sockets (InlineSockets), and that thread would hear of nothing ever again.
        CancellationTimeout = -1,
        MaximumPoolSize = 50,
        DateTimeKind = MySqlDateTimeKind.Utc,
        UseAffectedRows = false,
        // Nothing here leaves anything in a connection but transactions, and those end with their Work.
        ConnectionReset = false,
        ApplicationName = "guacaspire-gateway",
    }.ConnectionString).Build();

    /// <summary>The present, in whole seconds, which is all that the columns can hold.</summary>
    public DateTime Now => new(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);

    public ValueTask<MySqlConnection> OpenAsync(CancellationToken cancel) => _source.OpenConnectionAsync(cancel);

    public async Task<Work> BeginAsync(Caller caller, CancellationToken cancel)
    {
        var connection = await OpenAsync(cancel);
        try
        {
            return new Work(this, caller, connection, await connection.BeginTransactionAsync(CancellationToken.None));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static MySqlSslMode SslMode(string mode) => mode.ToLowerInvariant() switch
    {
        "disabled" => MySqlSslMode.None,
        "required" => MySqlSslMode.Required,
        "verify-ca" => MySqlSslMode.VerifyCA,
        "verify-identity" => MySqlSslMode.VerifyFull,
        "preferred" => MySqlSslMode.Preferred,
        _ => throw new InvalidOperationException(
            $"MYSQL_SSL_MODE must be disabled, preferred, required, verify-ca or verify-identity, but is \"{mode}\"."),
    };
}
