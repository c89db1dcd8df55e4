using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>self</c>: the session's own user, as at sign-in.</summary>
internal static class SelfApi
{
    public static void MapSelf(this IEndpointRouteBuilder source)
    {
        var self = source.MapGroup("/self");
        self.MapMethods("", Reading.Methods, (Session session) => DirectoryApi.Ok(session.Self));
        self.MapPut("", async (HttpContext context, Caller caller, UserDirectory users, Database database) =>
        {
            var value = await RequestBody.RequireAsync<ApiUser>(context, "Data must be submitted when updating objects.");
            await using var work = await database.BeginAsync(caller, context.RequestAborted);
            await users.ReplaceAsync(work, caller.Session.Username, value, isPatch: false);
            await work.CommitAsync();
            return TypedResults.NoContent();
        });
        self.MapDelete("", DeleteSelf);
        self.MapPut("/password", (HttpContext context, Caller caller, UserDirectory users) =>
            PasswordApi.ChangeAsync(context, caller, users, caller.Session.Username));
        self.MapMethods(
            "/permissions", Reading.Methods, (HttpContext context, Caller caller, Database database, ActiveConnections active) =>
            PermissionsApi.ReadAsync(context, caller, Of(caller.Session), database, active, effective: false));
        self.MapPatch("/permissions", (HttpContext context, Caller caller, Database database) =>
            PermissionsApi.PatchAsync(context, caller, Of(caller.Session), database));
        self.MapMethods(
            "/effectivePermissions", Reading.Methods, (HttpContext context, Caller caller, Database database, ActiveConnections active) =>
            PermissionsApi.ReadAsync(context, caller, Of(caller.Session), database, active, effective: true));
        self.MapMethods("/userGroups", Reading.Methods, (HttpContext context, Caller caller, Database database) =>
            RelationsApi.ReadAsync(context, caller, Of(caller.Session), Relation.Parents, database));
        self.MapPatch("/userGroups", (HttpContext context, Caller caller, Database database) =>
            RelationsApi.PatchAsync(context, caller, Of(caller.Session), Relation.Parents, database));
    }

    private static IResult DeleteSelf() => throw GuacamoleException.Unsupported("Deleting your own user is not allowed.");

    private static SelfReference Of(Session session) => new(session.Username, session.UserId, session.EntityId);
}

/// <summary>Changing a password by means of the present one.</summary>
internal static class PasswordApi
{
    public static async Task<IResult> ChangeAsync(HttpContext context, Caller caller, UserDirectory users, string username)
    {
        var update = await RequestBody.RequireAsync<ApiPasswordUpdate>(context, "The passwords are missing.");
        await users.ChangePasswordAsync(caller, username, update, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
