using System.Diagnostics;
using System.Net;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Guacd;
using MySqlConnector;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>
/// A Gateway with everything switched on that is off by default, on a database of its own, reached through what a test can cut.
/// </summary>
public sealed class OwnGateway(RunningSystem system) : IAsyncLifetime
{
    public const string JsonKey = "4c0b569e4c96df157eee1b65dd0e4d41";
    public const string Service = "own-gateway";
    public const int Attempts = 5;

    private readonly List<string> _log = [];
    private MySqlConnectionStringBuilder _database = null!;
    private Process? _process;

    internal FakeGuacd Guacd { get; } = new() { Script = GuacdScript.Playing("4.sync,1.1;") };

    internal Cable Cable { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal string AdminPassword => system.AdminPassword;

    internal string ConnectionString => _database.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _database = new MySqlConnectionStringBuilder(await system.ConnectionStringAsync("guacamole-db")) { Database = "guacamole_own", AllowPublicKeyRetrieval = true };
        Cable = new Cable(_database.Server, (int)_database.Port);
        using (var schema = Start("schema"))
        {
            await schema.WaitForExitAsync();
            Assert.True(schema.ExitCode == 0, Log());
        }

        var port = OwnProcess.FreePort();
        _process = Start($"--urls=http://127.0.0.1:{port}");
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/guacamole/"), Timeout = AtMost.Seconds(40) };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await Http.GetAsync("");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"the Gateway to start: {Log()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Http?.Dispose();
        await Guacd.DisposeAsync();
        Cable?.Dispose();
        await using var connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(ConnectionString) { Database = "" }.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new MySqlCommand("DROP DATABASE IF EXISTS guacamole_own", connection);
        await drop.ExecuteNonQueryAsync();
    }

    public string Log()
    {
        lock (_log)
            return string.Join('\n', _log);
    }

    /// <summary>Signs in, as a client at this address behind a proxy.</summary>
    internal Task<HttpResponseMessage> PostTokensAsync(string address, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, "api/tokens", null,
            new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))), address);

    internal async Task<string> SignInAsync(string address, string username, string password)
    {
        using var answer = await PostTokensAsync(address, ("username", username), ("password", password));
        return Token(await ReadAsync(answer, HttpStatusCode.OK));
    }

    internal Task<string> SignInAsAdminAsync() => SignInAsync("198.51.100.250", RunningSystem.AdminName, AdminPassword);

    internal string Token(JsonElement answer)
    {
        var token = answer.GetProperty("authToken").GetString()!;
        system.Secrets.Keep("a token", token);
        return token;
    }

    internal async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token, HttpContent? content = null, string? address = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Add("Guacamole-Token", token);
        if (address is not null)
            request.Headers.Add("X-Forwarded-For", address);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal async Task<JsonElement> GetAsync(string path, string token, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, token);
        return await ReadAsync(answer, expected);
    }

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} in place of {(int)expected}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private Process Start(string argument)
    {
        var assembly = Path.ChangeExtension(new Projects.Gateway().ProjectPath, null);
        var folder = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        assembly = Path.Combine(Path.GetDirectoryName(assembly)!, "bin", folder, "net10.0", "GuacAspire.Gateway.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__guacamole-db"] = ConnectionString,
                ["GUACAMOLE_ADMIN_PASSWORD"] = AdminPassword,
                ["MYSQL_HOSTNAME"] = "127.0.0.1",
                ["GATEWAY_STATE_DIRECTORY"] = Path.Combine(AppContext.BaseDirectory, "own-gateway"),
                ["MYSQL_PORT"] = $"{Cable.Port}",
                ["MYSQL_DATABASE"] = _database.Database,
                ["MYSQL_USERNAME"] = _database.UserID,
                ["MYSQL_PASSWORD"] = _database.Password,
                ["GUACD_HOSTNAME"] = "127.0.0.1",
                ["GUACD_PORT"] = $"{Guacd.Port}",
                ["REMOTE_IP_VALVE_ENABLED"] = "true",
                ["BAN_ENABLED"] = "true",
                ["BAN_MAX_INVALID_ATTEMPTS"] = $"{Attempts}",
                ["JSON_SECRET_KEY"] = JsonKey,
                ["JSON_TRUSTED_NETWORKS"] = "198.51.100.0/24",
                ["MYSQL_USER_PASSWORD_MIN_LENGTH"] = "6",
                ["MYSQL_USER_PASSWORD_REQUIRE_DIGIT"] = "true",
                ["MYSQL_USER_PASSWORD_PROHIBIT_USERNAME"] = "true",
                ["MYSQL_USER_PASSWORD_HISTORY_SIZE"] = "2",
                ["TOTP_ENABLED"] = "true",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = system.Telemetry.Endpoint,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_SERVICE_NAME"] = Service,
                ["OTEL_BSP_SCHEDULE_DELAY"] = "300",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "300",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            },
        })!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }
}
