using System.Data.Common;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.Unit.Gateway;

/// <summary>A schema's columns, keys and references as comparable lines, whether read from a server or from statements.</summary>
public static partial class SchemaFacts
{
    /// <summary>What a real server made of the script of Guacamole 1.6.0.</summary>
    public static IReadOnlyList<string> Stock { get; } = File.ReadAllLines(
        Path.Combine(AppContext.BaseDirectory, "Gateway", "Fixtures", "guacamole-1.6.0-schema.tsv"));

    /// <summary>Reads the schema that the connection uses, from MySQL or MariaDB.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(DbConnection connection)
    {
        var facts = new List<string>();
        await foreach (var row in RowsAsync(connection,
            """
            SELECT table_name, column_name, column_type, is_nullable, column_default, extra
            FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name LIKE 'guacamole%'
            """))
        {
            facts.Add(Column(row[0]!, row[1]!, row[2]!, row[3] == "YES", row[4],
                row[5]!.Contains("auto_increment", StringComparison.OrdinalIgnoreCase)));
        }
        var references = new HashSet<string>();
        await foreach (var row in RowsAsync(connection,
            """
            SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, r.delete_rule
            FROM information_schema.key_column_usage k
            JOIN information_schema.referential_constraints r
                ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
            WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
            """))
        {
            references.Add(row[1]!);
            facts.Add(Reference(row[0]!, row[1]!, row[2]!, row[3]!, row[4]!));
        }
        await foreach (var row in RowsAsync(connection,
            """
            SELECT table_name, index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index), MAX(non_unique)
            FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name LIKE 'guacamole%'
            GROUP BY table_name, index_name
            """))
        {
            // An index that the server itself made for a reference bears the reference's name.
            if (!references.Contains(row[1]!))
                facts.Add(Key(row[0]!, row[1]!, row[3] == "0", row[2]!));
        }
        return Sorted(facts);
    }

    /// <summary>Reads CREATE TABLE statements that are written one clause a line.</summary>
    public static IReadOnlyList<string> Parse(IEnumerable<string> statements)
    {
        var facts = new List<string>();
        foreach (var statement in statements)
        {
            var table = Table().Match(statement).Groups[1].Value;
            foreach (var line in statement.Split('\n').Skip(1).Select(line => line.Trim().TrimEnd(',')))
            {
                if (ReferenceClause().Match(line) is { Success: true } reference)
                    facts.Add(Reference(table, Group(reference, 1), Group(reference, 2), Group(reference, 3), Group(reference, 4)));
                else if (KeyClause().Match(line) is { Success: true } key)
                    facts.Add(Key(
                        table, Group(key, 2) is { Length: > 0 } name ? name : "PRIMARY", Group(key, 1).Length > 0, Group(key, 3)));
                else if (ColumnClause().Match(line) is { Success: true } column)
                    facts.Add(Column(table, Group(column, 1), Group(column, 2), !line.Contains("NOT NULL"),
                        Default().Match(line) is { Success: true } value ? Group(value, 1) : null, line.Contains("AUTO_INCREMENT")));
            }
        }
        return Sorted(facts);
    }

    private static string Column(string table, string name, string type, bool nullable, string? standard, bool counts) =>
        string.Join('\t', "column", table, name, Type(type), nullable ? "null" : "not null",
            standard is null or "NULL" ? "-" : standard.Trim('\''), counts ? "auto" : "-");

    private static string Key(string table, string name, bool unique, string columns) =>
        string.Join('\t', "key", table, name, unique ? "unique" : "plain", columns.Replace(" ", ""));

    private static string Reference(string table, string name, string column, string target, string rule) =>
        string.Join('\t', "reference", table, name, column, target, rule);

    // Servers differ in whether they show the display width of integers.
    private static string Type(string type)
    {
        var plain = type.ToLowerInvariant().Replace(", ", ",");
        plain = plain.Replace("boolean", "tinyint(1)");
        return Width().Replace(plain, "int");
    }

    private static string[] Sorted(IEnumerable<string> facts) => [.. facts.Order(StringComparer.Ordinal)];

    private static string Group(Match match, int index) => match.Groups[index].Value;

    private static async IAsyncEnumerable<string?[]> RowsAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return [.. Enumerable.Range(0, reader.FieldCount).Select(
                field => reader.IsDBNull(field) ? null : Convert.ToString(reader.GetValue(field)))];
    }

    [GeneratedRegex(@"CREATE TABLE IF NOT EXISTS (\w+)")]
    private static partial Regex Table();

    [GeneratedRegex(@"^CONSTRAINT (\w+) FOREIGN KEY \((\w+)\) REFERENCES (\w+) \(\w+\) ON DELETE (CASCADE|SET NULL)$")]
    private static partial Regex ReferenceClause();

    [GeneratedRegex(@"^(PRIMARY |UNIQUE )?KEY ?(\w+)? \((.*)\)$")]
    private static partial Regex KeyClause();

    [GeneratedRegex(@"^(\w+) (enum\([^)]*\)|\w+(?:\(\d+\))?)")]
    private static partial Regex ColumnClause();

    [GeneratedRegex(@"DEFAULT (\S+)")]
    private static partial Regex Default();

    [GeneratedRegex(@"\bint\(\d+\)")]
    private static partial Regex Width();
}
