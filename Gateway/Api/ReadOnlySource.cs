namespace GuacAspire.Gateway.Api;

/// <summary>What data sources in which nothing can be changed have in common: kinds of objects that they have none of, and a refusal.</summary>
internal static class ReadOnlySource
{
    public static void MapReadOnlySource(this IEndpointRouteBuilder source)
    {
        source.MapSharedSchema();
        foreach (var name in (string[])["/userGroups", "/sharingProfiles", "/activeConnections"])
            source.MapRead(name, () => DirectoryApi.Ok(new Dictionary<string, string>()));
        foreach (var name in (string[])["/history/connections", "/history/users", "/self/history", "/self/userGroups"])
            source.MapRead(name, () => DirectoryApi.Ok(Array.Empty<string>()));
        source.MapMethods("/{**path}", [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete], Refuse);
    }

    public static IResult RefuseParameters() => throw GuacamoleException.Denied("Permission to read connection parameters denied.");

    private static IResult Refuse() => throw GuacamoleException.Denied();
}
