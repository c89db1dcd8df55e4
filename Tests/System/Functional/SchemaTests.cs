using System.Text.Json;
using System.Text.RegularExpressions;
using GuacAspire.Tests.EndToEnd.Conformance;
using GuacAspire.Tests.EndToEnd.Fixtures;
using MySqlConnector;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Compares the database with facts about Guacamole 1.6.0's own schema, so that either server can use it.</summary>
public sealed partial class SchemaTests(RunningSystem system)
{
    private sealed record Table(SortedSet<string> Columns, SortedSet<string> Keys, SortedSet<string> References);

    [Fact]
    public async Task TheSchemaIsTheStockOne() => await AssertStockAsync(await system.ConnectionStringAsync("guacamole-db"));

    [Fact]
    public async Task TheSchemaIsTheStockOneOnMariaDb()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(await system.ConnectionStringAsync(MariaDb.Name));
        await AssertStockAsync(gateway.ConnectionString);
    }

    [Fact]
    public async Task NobodyHasAWellKnownPassword()
    {
        await using var connection = await OpenAsync(await system.ConnectionStringAsync("guacamole-db"));
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT COUNT(*) FROM guacamole_user
            WHERE password_salt IS NULL OR password_hash = UNHEX(SHA2(CONCAT('guacadmin', HEX(password_salt)), 256))
            """;
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancelled));
    }

    private static async Task AssertStockAsync(string connectionString)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Data", "guacamole-schema-1.6.0.json");
        var stock = JsonSerializer.Deserialize<SortedDictionary<string, Table>>(
            await File.ReadAllTextAsync(path, Cancelled), JsonSerializerOptions.Web)!;
        var ours = await ReadAsync(connectionString);
        Assert.Equal(stock.Keys, ours.Keys);
        foreach (var (name, table) in stock)
        {
            AssertSame($"{name}, columns", table.Columns, ours[name].Columns);
            AssertSame($"{name}, keys", table.Keys, ours[name].Keys);
            AssertSame($"{name}, references", table.References, ours[name].References);
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static void AssertSame(string what, SortedSet<string> expected, SortedSet<string> actual) =>
        Assert.True(
            expected.SetEquals(actual),
            $"{what}: missing [{string.Join("; ", expected.Except(actual))}], too many [{string.Join("; ", actual.Except(expected))}]");

    private static async Task<SortedDictionary<string, Table>> ReadAsync(string connectionString)
    {
        await using var connection = await OpenAsync(connectionString);
        SortedDictionary<string, Table> tables = new(StringComparer.Ordinal);
        await EachAsync(connection, Columns, row =>
        {
            if (!tables.TryGetValue(row[0], out var table))
                tables[row[0]] = table = new([], [], []);
            var type = DisplayWidth().Replace(row[2], "$1");
            var fallback = row[4].Trim('\'').Replace("()", "", StringComparison.Ordinal);
            table.Columns.Add($"{row[1]} {type}{(row[3] == "YES" ? "" : " not null")}{(fallback == "NULL" ? "" : $" default {fallback}")}"
                + (row[5].Contains("auto_increment", StringComparison.OrdinalIgnoreCase) ? " auto_increment" : ""));
        });
        await EachAsync(connection, Keys, row =>
            tables[row[0]].Keys.Add($"{(row[1] == "PRIMARY" ? "primary" : row[2] == "0" ? "unique" : "index")} ({row[3]})"));
        await EachAsync(connection, References, row =>
            tables[row[0]].References.Add($"({row[1]}) -> {row[2]} ({row[3]}) on delete {row[4].ToLowerInvariant()}"));
        return tables;
    }

    private static async Task<MySqlConnection> OpenAsync(string connectionString)
    {
        var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private static async Task EachAsync(MySqlConnection connection, string query, Action<string[]> add)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
            add([.. Enumerable.Range(0, reader.FieldCount).Select(field => $"{reader.GetValue(field)}")]);
    }

    // MySQL 8 and MariaDB differ in whether they show one, and it means nothing; tinyint(1), though, is a boolean.
    [GeneratedRegex(@"^(int|bigint|smallint)\(\d+\)")]
    private static partial Regex DisplayWidth();

    private const string Columns = """
        SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COALESCE(COLUMN_DEFAULT, 'NULL'), EXTRA
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'guacamole%'
        """;

    private const string Keys = """
        SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX)
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'guacamole%'
        GROUP BY TABLE_NAME, INDEX_NAME, NON_UNIQUE
        """;

    private const string References = """
        SELECT k.TABLE_NAME, GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION), k.REFERENCED_TABLE_NAME,
            GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION), r.DELETE_RULE
        FROM information_schema.KEY_COLUMN_USAGE k
        JOIN information_schema.REFERENTIAL_CONSTRAINTS r
            ON r.CONSTRAINT_SCHEMA = k.TABLE_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
        WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
        GROUP BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.REFERENCED_TABLE_NAME, r.DELETE_RULE
        """;
}
