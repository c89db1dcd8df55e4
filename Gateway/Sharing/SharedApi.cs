using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Sharing;

/// <summary>Everything below <c>data/mysql-shared</c>: the connections that others share with the session, and nothing that can be changed.</summary>
internal static class SharedApi
{
    public static void MapSharedApi(this IEndpointRouteBuilder source)
    {
        source.MapReadOnlySource();
        source.MapRead("/self", (Session session) => DirectoryApi.Ok(Self(session)));
        source.MapRead("/self/permissions", (Session session, ShareKeys keys) => DirectoryApi.Ok(Permissions(session, keys)));
        source.MapRead("/self/effectivePermissions", (Session session, ShareKeys keys) => DirectoryApi.Ok(Permissions(session, keys)));
        source.MapRead("/users", (Session session) => DirectoryApi.Ok(new Dictionary<string, ApiUser> { [session.Username] = Self(session) }));
        source.MapRead("/connections", (Session session, ShareKeys keys) =>
            DirectoryApi.Ok(session.Shares(keys).ToDictionary(share => share.Key, Connection)));
        source.MapRead("/connections/{key}", (string key, Session session, ShareKeys keys) => DirectoryApi.Ok(Connection(Require(session, keys, key))));
        source.MapRead("/connections/{key}/parameters", ParametersOf);
        source.MapRead("/connections/{key}/history", (string key, Session session, ShareKeys keys) =>
        {
            Require(session, keys, key);
            return DirectoryApi.Ok(Array.Empty<string>());
        });
        source.MapRead("/connections/{key}/sharingProfiles", (string key, Session session, ShareKeys keys) =>
        {
            Require(session, keys, key);
            return DirectoryApi.Ok(new Dictionary<string, string>());
        });
        source.MapRead("/connectionGroups", () => DirectoryApi.Ok(new Dictionary<string, ApiConnectionGroup> { [Identifiers.Root] = Root() }));
        source.MapRead("/connectionGroups/ROOT", () => DirectoryApi.Ok(Root()));
        source.MapRead("/connectionGroups/ROOT/tree", (Session session, ShareKeys keys) => DirectoryApi.Ok(Tree(session, keys)));
    }

    private static ApiUser Self(Session session) => new() { Username = session.Username, Attributes = [] };

    private static ApiConnectionGroup Root() => new()
    {
        Name = Identifiers.Root,
        Identifier = Identifiers.Root,
        ParentIdentifier = Identifiers.Root,
        Type = ConnectionGroupType.ORGANIZATIONAL,
        Attributes = [],
    };

    private static ApiConnectionGroup Tree(Session session, ShareKeys keys)
    {
        var root = Root();
        root.ChildConnections = session.Shares(keys).Select(Connection).ToList() is { Count: > 0 } shared ? shared : null;
        return root;
    }

    private static ApiConnection Connection(Share share) => new()
    {
        Name = share.Tunnel.Connection.Name,
        Identifier = share.Key,
        ParentIdentifier = Identifiers.Root,
        Protocol = share.Tunnel.Connection.Protocol,
        Attributes = new Dictionary<string, string?> { ["jdbc-shared-by"] = share.Tunnel.Session.Username },
    };

    private static PermissionSet Permissions(Session session, ShareKeys keys)
    {
        List<string> read = [nameof(Data.ObjectPermission.READ)];
        return new PermissionSet(
            session.Shares(keys).ToDictionary(share => share.Key, _ => read),
            new Dictionary<string, List<string>> { [Identifiers.Root] = read },
            [],
            [],
            new Dictionary<string, List<string>> { [session.Username] = read },
            [],
            []);
    }

    private static Share Require(Session session, ShareKeys keys, string key) =>
        session.FindShare(keys, key) ?? throw GuacamoleException.NotFound(key);

    private static IResult ParametersOf(string key, Session session, ShareKeys keys)
    {
        Require(session, keys, key);
        return ReadOnlySource.RefuseParameters();
    }
}
