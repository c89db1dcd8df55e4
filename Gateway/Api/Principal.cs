using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>Who can hold permissions and be in groups.</summary>
internal enum Principal
{
    User,
    UserGroup,
}

/// <summary>A user or group that a request names.</summary>
internal interface IPrincipalReference
{
    Principal Kind { get; }

    string Identifier { get; }

    /// <summary>The ids of the object and of its entity, or 404 for one that the caller may not read.</summary>
    Task<(int Id, int Entity)> ResolveAsync(Work work);
}

internal sealed record PrincipalReference<T>(
    ObjectDirectory<T> Directory, string Identifier, Principal Kind) : IPrincipalReference where T : class
{
    public async Task<(int Id, int Entity)> ResolveAsync(Work work)
    {
        var id = await Directory.RequireAsync(work, Identifier);
        var kind = Kind == Principal.User ? ObjectKind.User : ObjectKind.UserGroup;
        return (id, await work.ScalarAsync<int>($"SELECT entity_id FROM {kind.ObjectTable} WHERE {kind.ObjectColumn} = @id", new { id }));
    }
}

/// <summary>The session's own user, who need not be readable, nor even exist any more.</summary>
internal sealed record SelfReference(string Identifier, int UserId, int EntityId) : IPrincipalReference
{
    public Principal Kind => Principal.User;

    public Task<(int Id, int Entity)> ResolveAsync(Work work) => Task.FromResult((UserId, EntityId));
}
