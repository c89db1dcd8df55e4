using Dapper;
using MySqlConnector;

namespace GuacAspire.Gateway.Data;

/// <summary>
/// One transaction of one caller; what is not committed is rolled back. It has one of the few connections to the database for as long as it
/// lasts, so nobody but the database is waited for meanwhile: least of all a client.
/// </summary>
internal sealed class Work(Database database, Caller caller, MySqlConnection connection, MySqlTransaction transaction) : IAsyncDisposable
{
    public Caller Caller { get; } = caller;

    public MySqlConnection Connection { get; } = connection;

    public MySqlTransaction Transaction { get; } = transaction;

    public DateTime Now => database.Now;

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => Connection.ExecuteAsync(sql, parameters, Transaction);

    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) => Connection.ExecuteScalarAsync<T>(sql, parameters, Transaction);

    public Task<IEnumerable<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        Connection.QueryAsync<T>(sql, parameters, Transaction);

    public Task<T?> FirstAsync<T>(string sql, object? parameters = null) =>
        Connection.QueryFirstOrDefaultAsync<T>(sql, parameters, Transaction);

    /// <summary>Runs an INSERT and returns the row's new id.</summary>
    public async Task<int> InsertAsync(string sql, object parameters)
    {
        await using var command = Command();
        command.CommandText = sql;
        foreach (var property in parameters.GetType().GetProperties())
            command.Parameters.AddWithValue(property.Name, property.GetValue(parameters));
        await command.ExecuteNonQueryAsync();
        return (int)command.LastInsertedId;
    }

    public MySqlCommand Command() => new("", Connection, Transaction);

    public Task CommitAsync() => Transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
