using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Api;

/// <summary>A data source in which nothing can be changed: the session's own connections, below the root group, and their user.</summary>
internal abstract class ReadOnlySource
{
    private static readonly List<string> Read = [nameof(ObjectPermission.READ)];

    protected virtual string? RootParent => null;

    public void Map(IEndpointRouteBuilder source)
    {
        source.MapSharedSchema();
        MapUser(source, "/self", Self);
        MapUser(source, "/users/{identifier}", context => ReadOnlyDirectory.Require(context, Users(context)));
        source.MapReadOnlyDirectory("/users", Users);
        source.MapReadOnlyDirectory("/connections", Connections, GuacamoleException.BadRequest("Shared connections are immutable."));
        source.MapReadOnlyDirectory("/connectionGroups", Groups, GuacamoleException.BadRequest("The root group is immutable."));
        foreach (var name in (string[])["/userGroups", "/sharingProfiles", "/activeConnections"])
            source.MapReadOnlyDirectory(name, _ => new Dictionary<string, object>());

        source.MapMethods("/connections/{identifier}/parameters", Reading.Methods, (HttpContext context) => Parameters(context));
        MapEmptyHistory(source, "/connections/{identifier}/history", context => ReadOnlyDirectory.Require(context, Connections(context)));
        source.MapReadOnlyDirectory("/connections/{identifier}/sharingProfiles", context =>
        {
            ReadOnlyDirectory.Require(context, Connections(context));
            return new Dictionary<string, ApiSharingProfile>();
        });
        source.MapMethods("/connectionGroups/{identifier}/tree", Reading.Methods, (HttpContext context) => DirectoryApi.Ok(Tree(context)));
        MapEmptyHistory(source, "/history/connections", static _ => { });
        MapEmptyHistory(source, "/history/users", static _ => { });
    }

    /// <summary>The connections that the session has at this moment, by their identifiers.</summary>
    protected abstract Dictionary<string, ApiConnection> Connections(HttpContext context);

    private static Session Session(HttpContext context) => context.Features.Get<Session>()!;

    private static ApiUser Self(HttpContext context) => new() { Username = Session(context).Username, Attributes = [] };

    private static Dictionary<string, ApiUser> Users(HttpContext context) => new() { [Session(context).Username] = Self(context) };

    private Dictionary<string, ApiConnectionGroup> Groups(HttpContext context) => new() { [Identifiers.Root] = Root() };

    private ApiConnectionGroup Root() => new()
    {
        Name = Identifiers.Root,
        Identifier = Identifiers.Root,
        ParentIdentifier = RootParent,
        Type = ConnectionGroupType.ORGANIZATIONAL,
        Attributes = [],
    };

    private ApiConnectionGroup Tree(HttpContext context)
    {
        var root = ReadOnlyDirectory.Require(context, Groups(context));
        var permissions = DirectoryApi.ObjectPermissions(context);
        var readable = permissions.Count == 0 || permissions.Contains(ObjectPermission.READ);
        root.ChildConnections = readable && Connections(context).Values.ToList() is { Count: > 0 } connections ? connections : null;
        return root;
    }

    private PermissionSet Permissions(HttpContext context) => new(
        Connections(context).Keys.ToDictionary(key => key, _ => Read),
        new Dictionary<string, List<string>> { [Identifiers.Root] = Read },
        [],
        [],
        new Dictionary<string, List<string>> { [Session(context).Username] = Read },
        [],
        []);

    private IResult Parameters(HttpContext context)
    {
        ReadOnlyDirectory.Require(context, Connections(context));
        throw GuacamoleException.Denied("Permission to read connection parameters denied.");
    }

    private void MapUser(IEndpointRouteBuilder source, string path, Func<HttpContext, ApiUser> find)
    {
        source.MapMethods(path + "/permissions", Reading.Methods, (HttpContext context) => Of(context, Permissions(context)));
        source.MapMethods(path + "/effectivePermissions", Reading.Methods, (HttpContext context) => Of(context, Permissions(context)));
        source.MapMethods(path + "/userGroups", Reading.Methods, (HttpContext context) => Of(context, Array.Empty<string>()));
        MapEmptyHistory(source, path + "/history", context => find(context));
        source.MapPatch(
            path + "/permissions", (Delegate)((HttpContext context) => ChangeAsync(context, patch => PermissionChange.Parse(patch))));
        source.MapPatch(path + "/userGroups", (Delegate)((HttpContext context) => ChangeAsync(context, RelationsApi.Check)));
        source.MapPut(path + "/password", async (HttpContext context) =>
        {
            find(context);
            await RequestBody.RequireAsync<ApiPasswordUpdate>(context, "The passwords are missing.");
            return ReadOnlyDirectory.Refuse();
        });
        if (path != "/self")
            return;
        source.MapMethods(path, Reading.Methods, (HttpContext context) => DirectoryApi.Ok(Self(context)));
        source.MapPut(path, async (HttpContext context) =>
        {
            await RequestBody.RequireAsync<ApiUser>(context, "Data must be submitted when updating objects.");
            return ReadOnlyDirectory.Refuse();
        });
        source.MapDelete(path, ReadOnlyDirectory.Refuse);

        IResult Of<T>(HttpContext context, T value)
        {
            find(context);
            return DirectoryApi.Ok(value);
        }

        async Task<IResult> ChangeAsync(HttpContext context, Action<ApiPatch<string>> check)
        {
            find(context);
            var patches = await RequestBody.RequireAsync<List<ApiPatch<string>>>(context, "A list of patches must be submitted.");
            patches.ForEach(check);
            return patches.Count == 0 ? TypedResults.NoContent() : ReadOnlyDirectory.Refuse();
        }
    }

    private static void MapEmptyHistory(IEndpointRouteBuilder source, string path, Action<HttpContext> check)
    {
        source.MapMethods(path, Reading.Methods, (HttpContext context) =>
        {
            check(context);
            _ = HistoryQuery.Of(context);
            return DirectoryApi.Ok(Array.Empty<string>());
        });
        source.MapMethods(path + "/{record}", Reading.Methods, (string record, HttpContext context) =>
        {
            check(context);
            return Missing(record);
        });
    }

    private static IResult Missing(string record) => throw GuacamoleException.NotFound(record);
}
