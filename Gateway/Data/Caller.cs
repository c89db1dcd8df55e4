using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Data;

/// <summary>Who asks, with the permissions that hold at this moment: the user's own and those of enabled groups, however nested.</summary>
internal sealed class Caller
{
    private readonly HashSet<SystemPermission> _system;

    internal Caller(Session session, int[] entities, HashSet<SystemPermission> system)
    {
        Session = session;
        Entities = entities;
        _system = system;
    }

    public Session Session { get; }

    /// <summary>The entity ids whose permissions apply; never empty.</summary>
    public int[] Entities { get; }

    public bool IsAdministrator => _system.Contains(SystemPermission.ADMINISTER);

    public bool IsAuditor => IsAdministrator || _system.Contains(SystemPermission.AUDIT);

    public bool May(SystemPermission permission) => IsAdministrator || _system.Contains(permission);

    /// <summary>Minimal API binds parameters of this type with it.</summary>
    public static async ValueTask<Caller?> BindAsync(HttpContext context) =>
        await LoadAsync(
            context.RequestServices.GetRequiredService<Database>(),
            context.Features.Get<Session>() ?? throw GuacamoleException.NoSession(),
            context.RequestAborted);

    public static async Task<Caller> LoadAsync(Database database, Session session, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<(int Entity, string? Permission)>(EffectiveEntities.Sql(
            "SELECT e.entity_id, p.permission FROM effective e LEFT JOIN guacamole_system_permission p ON p.entity_id = e.entity_id"),
            new { entity = session.EntityId });
        var entities = new HashSet<int>();
        var system = new HashSet<SystemPermission>();
        foreach (var (entity, permission) in rows)
        {
            entities.Add(entity);
            if (Enum.TryParse<SystemPermission>(permission, out var known))
                system.Add(known);
        }
        return new Caller(session, [.. entities], system);
    }

    /// <summary>Whether the caller has a permission on an object; an administrator has every one.</summary>
    public async Task<bool> MayAsync(Work work, ObjectKind kind, int id, ObjectPermission permission) =>
        IsAdministrator || await work.ScalarAsync<bool>(
            $"""
            SELECT EXISTS (
                SELECT 1 FROM {kind.PermissionTable} WHERE entity_id IN @Entities AND {kind.PermissionColumn} = @id AND permission = @name)
            """,
            new { Entities, id, name = permission.ToString() });

    public async Task RequireAsync(Work work, ObjectKind kind, int id, ObjectPermission permission)
    {
        if (!await MayAsync(work, kind, id, permission))
            throw GuacamoleException.Denied();
    }
}
