using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Api;

/// <summary>A directory whose objects can be read by everybody who has it, and changed by nobody.</summary>
internal static class ReadOnlyDirectory
{
    public static void MapReadOnlyDirectory<T>(
        this IEndpointRouteBuilder source, string path, Func<HttpContext, Dictionary<string, T>> all,
        GuacamoleException? onReplacement = null) where T : class
    {
        var name = path.Contains("{identifier}", StringComparison.Ordinal) ? "member" : "identifier";
        var one = $"{path}/{{{name}}}";
        source.MapMethods(path, Reading.Methods, (HttpContext context) => DirectoryApi.Ok(Readable(context, all(context))));
        source.MapPost(path, async (HttpContext context) =>
        {
            all(context);
            await RequestBody.RequireAsync<T>(context, "Data must be submitted when creating objects.");
            return Refuse();
        });
        source.MapPatch(path, async (HttpContext context) =>
        {
            all(context);
            return await DirectoryPatch.RefuseAsync<T>(context);
        });
        source.MapMethods(one, Reading.Methods, (HttpContext context) => DirectoryApi.Ok(Require(context, all(context), name)));
        source.MapPut(one, async (HttpContext context) =>
        {
            Require(context, all(context), name);
            await RequestBody.RequireAsync<T>(context, "Data must be submitted when updating objects.");
            return onReplacement is null ? Refuse() : throw onReplacement;
        });
        source.MapDelete(one, (HttpContext context) =>
        {
            Require(context, all(context), name);
            return Refuse();
        });
    }

    public static T Require<T>(HttpContext context, Dictionary<string, T> all, string name = "identifier") where T : class
    {
        var identifier = DirectoryApi.Decode((string)context.Request.RouteValues[name]!);
        return all.GetValueOrDefault(identifier) ?? throw GuacamoleException.NotFound(identifier);
    }

    public static IResult Refuse() => throw GuacamoleException.Denied();

    private static Dictionary<string, T> Readable<T>(HttpContext context, Dictionary<string, T> all)
    {
        var permissions = DirectoryApi.ObjectPermissions(context);
        return permissions.Count == 0 || permissions.Contains(ObjectPermission.READ) ? all : [];
    }
}
