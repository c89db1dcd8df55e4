using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Directories;

/// <summary>The objects of one kind, seen and changed with the caller's permissions.</summary>
/// <typeparam name="T">The object's JSON.</typeparam>
internal abstract class ObjectDirectory<T>(Database database) where T : class
{
    protected abstract ObjectKind Kind { get; }

    protected Database Database { get; } = database;

    /// <summary>The objects that the caller may read, and with any of <paramref name="permissions"/> if there are some.</summary>
    public async Task<Dictionary<string, T>> ListAsync(Caller caller, IReadOnlyList<ObjectPermission> permissions, CancellationToken cancel)
    {
        await using var connection = await Database.OpenAsync(cancel);
        var all = await SelectAsync(connection, caller, null, permissions);
        return all.ToDictionary(item => item.Identifier, item => item.Value);
    }

    public async Task<T> GetAsync(Caller caller, string identifier, CancellationToken cancel)
    {
        await using var connection = await Database.OpenAsync(cancel);
        var found = await SelectAsync(connection, caller, identifier, []);
        return found is [var only] ? only.Value : throw GuacamoleException.NotFound(identifier);
    }

    /// <summary>The database's id of an object that the caller may read; null if there is none.</summary>
    public abstract Task<int?> ResolveAsync(Work work, string identifier);

    public async Task<int> RequireAsync(Work work, string identifier) =>
        await ResolveAsync(work, identifier) ?? throw GuacamoleException.NotFound(identifier);

    /// <summary>Creates an object, puts its identifier into <paramref name="value"/> and returns it.</summary>
    public async Task<string> AddAsync(Work work, T value)
    {
        Complete(work.Caller, value);
        if (!work.Caller.May(Kind.Create))
            throw GuacamoleException.Denied();
        return await InsertAsync(work, value);
    }

    public async Task ReplaceAsync(Work work, string identifier, T value, bool isPatch)
    {
        var id = await RequireAsync(work, identifier);
        CheckReplacement(work.Caller, identifier, value, isPatch);
        await work.Caller.RequireAsync(work, Kind, id, ObjectPermission.UPDATE);
        await UpdateAsync(work, id, value);
    }

    public abstract Task RemoveAsync(Work work, string identifier);

    /// <summary>Reads one object or all; <paramref name="identifier"/> is null for all.</summary>
    protected abstract Task<IReadOnlyList<(string Identifier, T Value)>> SelectAsync(
        MySqlConnector.MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions);

    /// <summary>Refuses what lacks a part, and drops the parts that are not known.</summary>
    protected abstract void Complete(Caller caller, T value);

    /// <summary>Refuses a replacement before any permission is looked at.</summary>
    protected virtual void CheckReplacement(Caller caller, string identifier, T value, bool isPatch) => Complete(caller, value);

    protected abstract Task<string> InsertAsync(Work work, T value);

    protected abstract Task UpdateAsync(Work work, int id, T value);

    /// <summary>Who creates an object may do everything with it.</summary>
    protected Task GrantCreatorAsync(Work work, int id) => work.ExecuteAsync(
        $"""
        INSERT INTO {Kind.PermissionTable} (entity_id, {Kind.PermissionColumn}, permission)
        SELECT entity_id, @id, permission
        FROM guacamole_entity
        JOIN (SELECT 'READ' permission UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'DELETE' UNION ALL SELECT 'ADMINISTER') every
        WHERE entity_id = @entity
        """,
        new { id, entity = work.Caller.Session.EntityId });

    /// <summary>The condition that restricts a query to what the caller may see, with the parameters that it needs.</summary>
    protected string Visible(Caller caller, string column, IReadOnlyList<ObjectPermission> permissions)
    {
        if (caller.IsAdministrator)
            return "TRUE";
        return permissions.Count == 0 ? Kind.Readable(column) : $"{Kind.Readable(column)} AND {Kind.Accessible(column)}";
    }

    /// <summary>Reads what guacd is told for an object; secrets are among it, so seeing the object is not enough.</summary>
    protected async Task<Dictionary<string, string>> ReadParametersAsync(
        Caller caller, string identifier, string table, string column, string noun, CancellationToken cancel)
    {
        await using var work = await Database.BeginAsync(caller, cancel);
        var id = await RequireAsync(work, identifier);
        if (!await caller.MayAsync(work, Kind, id, ObjectPermission.UPDATE))
            throw GuacamoleException.Denied($"Permission to read {noun} parameters denied.");
        var rows = await work.QueryAsync<(string Name, string Value)>(
            $"SELECT parameter_name, parameter_value FROM {table} WHERE {column} = @id", new { id });
        return rows.ToDictionary(row => row.Name, row => row.Value);
    }

    protected static string[] Names(IReadOnlyList<ObjectPermission> permissions) =>
        [.. permissions.Select(permission => permission.ToString())];
}
