using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>Everything below <c>data/mysql</c>.</summary>
internal static class DataApi
{
    public static void MapDataApi(this IEndpointRouteBuilder source)
    {
        source.MapSelf();
        source.MapSchema();
        source.MapHistory();
        source.MapActiveConnections();
        source.MapUsers();
        source.MapUserGroups();
        source.MapConnections();
        source.MapConnectionGroups();
        source.MapSharingProfiles();
    }

    private static void MapUsers(this IEndpointRouteBuilder source)
    {
        var all = source.ServiceProvider.GetRequiredService<UserDirectory>();
        var users = source.MapDirectory("/users", all);
        users.MapPermissions(Principal.User, all);
        users.MapRelations(Principal.User, all);
        users.MapPut("/{identifier}/password", (string identifier, HttpContext context, Caller caller, UserDirectory directory) =>
            PasswordApi.ChangeAsync(context, caller, directory, DirectoryApi.Decode(identifier)));
    }

    private static void MapUserGroups(this IEndpointRouteBuilder source)
    {
        var all = source.ServiceProvider.GetRequiredService<UserGroupDirectory>();
        var groups = source.MapDirectory("/userGroups", all);
        groups.MapPermissions(Principal.UserGroup, all);
        groups.MapRelations(Principal.UserGroup, all);
    }

    private static void MapConnections(this IEndpointRouteBuilder source)
    {
        source.MapDirectory("/connections", source.ServiceProvider.GetRequiredService<ConnectionDirectory>());
        source.MapBelowConnection(
            "/connections/{connection}", static (context, _) => Task.FromResult((string)context.Request.RouteValues["connection"]!));
    }

    private static void MapConnectionGroups(this IEndpointRouteBuilder source)
    {
        var groups = source.MapDirectory("/connectionGroups", source.ServiceProvider.GetRequiredService<ConnectionGroupDirectory>());
        groups.MapMethods("/{identifier}/tree", Reading.Methods, async (
            string identifier, HttpContext context, Caller caller, ConnectionTreeReader trees) =>
            DirectoryApi.Ok(await trees.ReadAsync(caller, identifier, DirectoryApi.ObjectPermissions(context), context.RequestAborted)));
    }

    private static void MapSharingProfiles(this IEndpointRouteBuilder source)
    {
        var profiles = source.MapDirectory("/sharingProfiles", source.ServiceProvider.GetRequiredService<SharingProfileDirectory>());
        profiles.MapMethods("/{identifier}/parameters", Reading.Methods, async (
            string identifier, HttpContext context, Caller caller, SharingProfileDirectory directory) =>
            DirectoryApi.Ok(await directory.ParametersAsync(caller, identifier, context.RequestAborted)));
    }
}
