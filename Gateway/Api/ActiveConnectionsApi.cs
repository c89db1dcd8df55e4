using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>activeConnections</c>: who is connected, and ending it.</summary>
internal static class ActiveConnectionsApi
{
    public static void MapActiveConnections(this IEndpointRouteBuilder source)
    {
        var group = source.MapGroup("/activeConnections");
        group.MapRead("", async (HttpContext context, Caller caller, ActiveConnections active) =>
            DirectoryApi.Ok(await active.ListAsync(caller, context.RequestAborted)));
        group.MapPost("", Create);
        group.MapPatch("", PatchAsync);
        group.MapRead("/{uuid}", async (string uuid, HttpContext context, Caller caller, ActiveConnections active) =>
            DirectoryApi.Ok(ActiveConnections.ToApi(caller, await active.RequireAsync(caller, uuid, context.RequestAborted))));
        group.MapDelete("/{uuid}", async (string uuid, HttpContext context, Caller caller, ActiveConnections active) =>
        {
            await active.RequireAsync(caller, uuid, context.RequestAborted);
            active.Kill(caller, uuid);
            return TypedResults.NoContent();
        });
        group.MapRead("/{uuid}/sharingCredentials/{profile}", async (string uuid, string profile, HttpContext context, Caller caller, ActiveConnections active, Database database, ShareKeys shares) =>
        {
            var tunnel = await active.RequireAsync(caller, uuid, context.RequestAborted);
            return await SharingCredentials.CreateAsync(context, caller, database, tunnel, profile, shares);
        });
        group.MapRead("/{uuid}/connection", async (string uuid, HttpContext context, Caller caller, ActiveConnections active, ConnectionDirectory connections) =>
        {
            var tunnel = await active.RequireAsync(caller, uuid, context.RequestAborted);
            return DirectoryApi.Ok(await connections.GetAsync(caller, Identifiers.Text(tunnel.Connection.Id), context.RequestAborted));
        });
    }

    private static IResult Create() => throw GuacamoleException.BadRequest("Active connections are opened through tunnels.");

    private static async Task<IResult> PatchAsync(HttpContext context, Caller caller, ActiveConnections active)
    {
        var patches = await RequestBody.RequireAsync<List<ApiPatch<ApiActiveConnection>>>(context, "A list of patches must be submitted.");
        var outcomes = new List<PatchOutcome>();
        foreach (var patch in patches)
        {
            DirectoryPatch.Check(patch);
            if (patch.Op != PatchOperation.remove)
                throw GuacamoleException.Unsupported("Active connections can only be removed.");
            var uuid = patch.Path![1..];
            try
            {
                active.Kill(caller, uuid);
                outcomes.Add(new PatchOutcome("remove", uuid, patch.Path));
            }
            catch (GuacamoleException e)
            {
                outcomes.Add(new PatchOutcome("remove", uuid, patch.Path) { Error = TranslatableMessage.From(e) });
            }
        }
        DirectoryPatch.Finish(outcomes);
        return DirectoryApi.Ok(new { patches = outcomes });
    }
}
