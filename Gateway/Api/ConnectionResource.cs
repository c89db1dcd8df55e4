using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>One connection, by whatever path it is reached: by its identifier, or from a tunnel that is open to it.</summary>
internal static class ConnectionResource
{
    public static void MapConnection(this IEndpointRouteBuilder source, string path, Func<HttpContext, Caller, Task<string>> find)
    {
        source.MapMethods(path, Reading.Methods, async (HttpContext context, Caller caller, ConnectionDirectory connections) =>
            await DirectoryApi.ReadAsync(context, caller, connections, await find(context, caller)));
        source.MapPut(path, async (HttpContext context, Caller caller, ConnectionDirectory connections, Database database) =>
            await DirectoryApi.ReplaceAsync(context, caller, connections, await find(context, caller), database));
        source.MapDelete(path, async (HttpContext context, Caller caller, ConnectionDirectory connections, Database database) =>
            await DirectoryApi.RemoveAsync(context, caller, connections, await find(context, caller), database));
        source.MapBelowConnection(path, find);
    }

    public static void MapBelowConnection(this IEndpointRouteBuilder source, string path, Func<HttpContext, Caller, Task<string>> find)
    {
        source.MapMethods(
            path + "/parameters", Reading.Methods, async (HttpContext context, Caller caller, ConnectionDirectory connections) =>
            DirectoryApi.Ok(await connections.ParametersAsync(caller, await find(context, caller), context.RequestAborted)));
        source.MapConnectionHistory(path, find);
        source.MapSharingProfiles(path + "/sharingProfiles", find);
    }

    // A view of the directory that holds all, in which nothing can be changed.
    private static void MapSharingProfiles(this IEndpointRouteBuilder source, string path, Func<HttpContext, Caller, Task<string>> find)
    {
        source.MapMethods(path, Reading.Methods, async (
            HttpContext context, Caller caller, ConnectionDirectory connections, SharingProfileDirectory profiles) =>
        {
            var connection = await connections.GetAsync(caller, await find(context, caller), context.RequestAborted);
            var permissions = DirectoryApi.ObjectPermissions(context);
            return DirectoryApi.Ok(await profiles.OfConnectionAsync(caller, connection.Identifier!, permissions, context.RequestAborted));
        });
        source.MapPost(path, async (HttpContext context, Caller caller, ConnectionDirectory connections) =>
        {
            await connections.GetAsync(caller, await find(context, caller), context.RequestAborted);
            await RequestBody.RequireAsync<ApiSharingProfile>(context, "Data must be submitted when creating objects.");
            return ReadOnly();
        });
        source.MapPatch(path, async (HttpContext context, Caller caller, ConnectionDirectory connections) =>
        {
            await connections.GetAsync(caller, await find(context, caller), context.RequestAborted);
            return await DirectoryPatch.RefuseAsync<ApiSharingProfile>(context);
        });
        source.MapMethods(path + "/{profile}", Reading.Methods, async (
            HttpContext context, Caller caller, ConnectionDirectory connections, SharingProfileDirectory profiles) =>
            DirectoryApi.Ok(await ProfileAsync(context, caller, await find(context, caller), connections, profiles)));
        source.MapPut(path + "/{profile}", async (
            HttpContext context, Caller caller, ConnectionDirectory connections, SharingProfileDirectory profiles) =>
        {
            await ProfileAsync(context, caller, await find(context, caller), connections, profiles);
            await RequestBody.RequireAsync<ApiSharingProfile>(context, "Data must be submitted when updating objects.");
            return ReadOnly();
        });
        source.MapDelete(path + "/{profile}", async (
            HttpContext context, Caller caller, ConnectionDirectory connections, SharingProfileDirectory profiles) =>
        {
            await ProfileAsync(context, caller, await find(context, caller), connections, profiles);
            return ReadOnly();
        });
        source.MapMethods(
            path + "/{profile}/parameters", Reading.Methods,
            async (HttpContext context, Caller caller, ConnectionDirectory connections, SharingProfileDirectory profiles) =>
            {
                var profile = await ProfileAsync(context, caller, await find(context, caller), connections, profiles);
                return DirectoryApi.Ok(await profiles.ParametersAsync(caller, profile.Identifier!, context.RequestAborted));
            });
    }

    private static async Task<ApiSharingProfile> ProfileAsync(
        HttpContext context, Caller caller, string identifier, ConnectionDirectory connections, SharingProfileDirectory profiles)
    {
        var connection = await connections.GetAsync(caller, identifier, context.RequestAborted);
        var name = (string)context.Request.RouteValues["profile"]!;
        var all = await profiles.OfConnectionAsync(caller, connection.Identifier!, [], context.RequestAborted);
        return all.GetValueOrDefault(name) ?? throw GuacamoleException.NotFound(name);
    }

    private static IResult ReadOnly() => throw GuacamoleException.Unsupported("Directory view is read-only");
}
