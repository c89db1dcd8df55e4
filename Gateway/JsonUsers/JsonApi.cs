using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>Everything below <c>data/json</c>: what the user has brought along, and nothing that can be changed.</summary>
internal static class JsonApi
{
    private static readonly List<string> Read = [nameof(ObjectPermission.READ)];

    public static void MapJsonApi(this IEndpointRouteBuilder source)
    {
        source.MapReadOnlySource();
        source.MapRead("/self", (Session session) => DirectoryApi.Ok(Self(session)));
        source.MapRead("/self/permissions", (Session session, TimeProvider time) => DirectoryApi.Ok(Permissions(session, time)));
        source.MapRead("/self/effectivePermissions", (Session session, TimeProvider time) => DirectoryApi.Ok(Permissions(session, time)));
        source.MapRead("/users", (Session session) => DirectoryApi.Ok(new Dictionary<string, ApiUser> { [session.Username] = Self(session) }));
        source.MapRead("/users/{name}", (string name, Session session) =>
            DirectoryApi.Ok(DirectoryApi.Decode(name) == session.Username ? Self(session) : throw GuacamoleException.NotFound(DirectoryApi.Decode(name))));
        source.MapRead("/connections", (Session session, TimeProvider time) =>
            DirectoryApi.Ok(session.Brought!.Usable(time.GetUtcNow()).ToDictionary(one => one.Key, one => Connection(one.Key, one.Value))));
        source.MapRead("/connections/{name}", (string name, Session session, TimeProvider time) =>
            DirectoryApi.Ok(Connection(DirectoryApi.Decode(name), Require(session, name, time))));
        source.MapRead("/connections/{name}/parameters", ParametersOf);
        source.MapRead("/connections/{name}/history", (string name, Session session, TimeProvider time) => Nothing<string[]>(session, name, time, []));
        source.MapRead("/connections/{name}/sharingProfiles", (string name, Session session, TimeProvider time) =>
            Nothing<Dictionary<string, string>>(session, name, time, []));
        source.MapRead("/connectionGroups", () => DirectoryApi.Ok(new Dictionary<string, ApiConnectionGroup> { [Identifiers.Root] = Root() }));
        source.MapRead("/connectionGroups/ROOT", () => DirectoryApi.Ok(Root()));
        source.MapRead("/connectionGroups/ROOT/tree", (Session session, TimeProvider time) => DirectoryApi.Ok(Tree(session, time)));
    }

    private static ApiUser Self(Session session) => new() { Username = session.Username, Attributes = [] };

    private static ApiConnectionGroup Root() => new()
    {
        Name = Identifiers.Root,
        Identifier = Identifiers.Root,
        Type = ConnectionGroupType.ORGANIZATIONAL,
        Attributes = [],
    };

    private static ApiConnectionGroup Tree(Session session, TimeProvider time)
    {
        var root = Root();
        var connections = session.Brought!.Usable(time.GetUtcNow()).Select(one => Connection(one.Key, one.Value)).ToList();
        root.ChildConnections = connections.Count > 0 ? connections : null;
        return root;
    }

    private static ApiConnection Connection(string name, JsonConnection connection) => new()
    {
        Name = name,
        Identifier = name,
        ParentIdentifier = Identifiers.Root,
        Protocol = connection.Join is null ? connection.Protocol : null,
        Attributes = [],
    };

    private static PermissionSet Permissions(Session session, TimeProvider time) => new(
        session.Brought!.Usable(time.GetUtcNow()).ToDictionary(one => one.Key, _ => Read),
        new Dictionary<string, List<string>> { [Identifiers.Root] = Read },
        [],
        [],
        new Dictionary<string, List<string>> { [session.Username] = Read },
        [],
        []);

    private static JsonConnection Require(Session session, string name, TimeProvider time) =>
        session.Brought!.Find(DirectoryApi.Decode(name), time.GetUtcNow()) ?? throw GuacamoleException.NotFound(DirectoryApi.Decode(name));

    private static IResult Nothing<T>(Session session, string name, TimeProvider time, T nothing)
    {
        Require(session, name, time);
        return DirectoryApi.Ok(nothing);
    }

    private static IResult ParametersOf(string name, Session session, TimeProvider time)
    {
        Require(session, name, time);
        return ReadOnlySource.RefuseParameters();
    }
}
