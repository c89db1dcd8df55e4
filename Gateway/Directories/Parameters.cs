using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Directories;

/// <summary>The name-value pairs of connections and sharing profiles.</summary>
internal static class Parameters
{
    private const int MaxLength = 4096;

    public static void Check(Dictionary<string, string?>? parameters)
    {
        foreach (var (name, value) in parameters ?? [])
        {
            if (value?.Length > MaxLength)
            {
                throw new GuacamoleException(
                    413, "BAD_REQUEST", $"The value provided for connection parameter \"{name}\" exceeds the maximum allowed length.")
                {
                    Key = "CONNECTION_PARAMETERS.DATABASE_PARAMETER_VALUE_TOO_LONG",
                    Variables = new Dictionary<string, object> { ["PARAMETER_NAME"] = name, ["MAX_SIZE"] = MaxLength },
                };
            }
        }
    }

    /// <summary>Stores all at once; empty ones are not stored.</summary>
    public static async Task InsertAsync(Work work, string table, string column, int id, Dictionary<string, string?>? parameters)
    {
        var stored = (parameters ?? []).Where(parameter => !string.IsNullOrEmpty(parameter.Value)).ToList();
        if (stored.Count == 0)
            return;
        await using var insert = work.Command();
        insert.CommandText = $"INSERT INTO {table} ({column}, parameter_name, parameter_value) VALUES "
            + string.Join(", ", stored.Select((_, index) => $"(@id, @n{index}, @v{index})"));
        insert.Parameters.AddWithValue("id", id);
        for (var index = 0; index < stored.Count; index++)
        {
            insert.Parameters.AddWithValue($"n{index}", stored[index].Key);
            insert.Parameters.AddWithValue($"v{index}", stored[index].Value);
        }
        await insert.ExecuteNonQueryAsync();
    }
}
