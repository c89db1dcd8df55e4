using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Gateway;
using GuacAspire.Tests.EndToEnd.Guacd;
using MySqlConnector;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>A Gateway of its own on a new database with the stock schema and the stock first user, in front of a fake guacd.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly string _database = $"conformance_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly MySqlConnectionStringBuilder _root;
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    private GatewayUnderTest(string connectionString)
    {
        _root = new MySqlConnectionStringBuilder(connectionString) { Database = _database, AllowPublicKeyRetrieval = true };
        Cable = new Cable(_root.Server, (int)_root.Port);
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{OwnProcess.FreePort()}"));
        _environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Address.ToString(),
            ["GUACD_HOSTNAME"] = "127.0.0.1",
            ["GUACD_PORT"] = Guacd.Port.ToString(CultureInfo.InvariantCulture),
            ["MYSQL_HOSTNAME"] = "127.0.0.1",
            ["MYSQL_PORT"] = Cable.Port.ToString(CultureInfo.InvariantCulture),
            ["GATEWAY_STATE_DIRECTORY"] = Path.Combine(Path.GetTempPath(), _database),
            ["MYSQL_DATABASE"] = _database,
            ["MYSQL_USERNAME"] = _database,
            ["MYSQL_PASSWORD"] = RandomNumberGenerator.GetHexString(24),
        };
    }

    public Uri Address { get; }

    public string ConnectionString => _root.ConnectionString;

    public FakeGuacd Guacd { get; } = new();

    /// <summary>What lies between the Gateway and its database.</summary>
    public Cable Cable { get; }

    public int ProcessId => _process!.Id;

    /// <summary>Starts it beside whatever else a database server holds.</summary>
    public static async Task<GatewayUnderTest> StartAsync(string serversConnectionString, params (string Name, string Value)[] settings)
    {
        var gateway = new GatewayUnderTest(serversConnectionString);
        foreach (var (name, value) in settings)
            gateway._environment[name] = value;
        await gateway.CreateDatabaseAsync();
        await gateway.StartAsync();
        return gateway;
    }

    public async Task StartAsync()
    {
        _process = Run([]);
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.TrueAsync(() => IsAliveAsync(http), "the Gateway to answer");
    }

    /// <summary>Ends the Gateway as the kernel does when memory is short: it learns nothing of it.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await Guacd.DisposeAsync();
        Cable.Dispose();
        if (Directory.Exists(_environment["GATEWAY_STATE_DIRECTORY"]))
            Directory.Delete(_environment["GATEWAY_STATE_DIRECTORY"], recursive: true);
        await ExecuteAsync($"DROP DATABASE `{_database}`");
        await ExecuteAsync($"DROP USER '{_database}'@'%'");
    }

    private async Task CreateDatabaseAsync()
    {
        _environment["ConnectionStrings__guacamole-db"] = _root.ConnectionString;
        _environment["GUACAMOLE_ADMIN_PASSWORD"] = RandomNumberGenerator.GetHexString(24);
        using (var schema = Run(["schema"]))
        {
            await schema.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, schema.ExitCode);
        }

        // The product never makes this well-known user, but the recordings begin with it.
        await ExecuteAsync($"UPDATE `{_database}`.guacamole_user SET password_salt = NULL, password_hash = UNHEX(SHA2('guacadmin', 256))");
        _environment.Remove("ConnectionStrings__guacamole-db");
        _environment.Remove("GUACAMOLE_ADMIN_PASSWORD");
    }

    private Process Run(string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(RunningSystem.RepositoryRoot, "Gateway", "bin", configuration, "net10.0", "GuacAspire.Gateway.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { WorkingDirectory = Path.GetTempPath() };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Logging__LogLevel__Default"] = "Error";
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Asks the database itself, not through the cable.</summary>
    public async Task<string?> QueryAsync(string sql)
    {
        await using var connection = new MySqlConnection(_root.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private async Task ExecuteAsync(string sql)
    {
        var server = new MySqlConnectionStringBuilder(_root.ConnectionString) { Database = "" };
        await using var connection = new MySqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<bool> IsAliveAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/alive", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
