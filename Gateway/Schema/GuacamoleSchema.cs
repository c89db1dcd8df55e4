using System.Text.RegularExpressions;

namespace GuacAspire.Gateway.Schema;

/// <summary>Guacamole's schema for MySQL and MariaDB, as statements that do nothing where a table exists.</summary>
internal static partial class GuacamoleSchema
{
    public static IReadOnlyList<string> Statements { get; } = Load();

    public static IReadOnlyList<string> Tables { get; } = Statements.Select(
        statement => TableName().Match(statement).Groups[1].Value).ToList();

    private static List<string> Load()
    {
        using var stream = typeof(GuacamoleSchema).Assembly.GetManifestResourceStream("guacamole.sql")!;
        using var reader = new StreamReader(stream);
        return Comment().Replace(
            reader.ReadToEnd(), "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
    }

    [GeneratedRegex("^--.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"CREATE TABLE IF NOT EXISTS (\w+)")]
    private static partial Regex TableName();
}
