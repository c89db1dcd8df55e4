using System.Text.Json;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>activeConnections</c>: who is connected, and ending it.</summary>
internal static class ActiveConnectionsApi
{
    private const string ReadOnly = "Active connection records are read-only.";

    public static void MapActiveConnections(this IEndpointRouteBuilder source)
    {
        var group = source.MapGroup("/activeConnections");
        group.MapMethods("", Reading.Methods, async (HttpContext context, Caller caller, ActiveConnections active) =>
            DirectoryApi.Ok(await active.ListAsync(caller, DirectoryApi.ObjectPermissions(context), context.RequestAborted)));
        group.MapPost("", async (HttpContext context) =>
        {
            await RequestBody.RequireAsync<object>(context, "Data must be submitted when creating objects.");
            return Refuse();
        });
        group.MapPatch("", PatchAsync);
        group.MapActiveConnection("/{uuid}", static async (context, caller) =>
        {
            var active = context.RequestServices.GetRequiredService<ActiveConnections>();
            return await active.RequireAsync(caller, (string)context.Request.RouteValues["uuid"]!, context.RequestAborted);
        });
    }

    /// <summary>One active connection, by its identifier or from the session's own tunnels.</summary>
    public static void MapActiveConnection(this IEndpointRouteBuilder source, string path, Func<HttpContext, Caller, Task<Tunnel>> find)
    {
        source.MapMethods(path, Reading.Methods, async (HttpContext context, Caller caller) =>
            DirectoryApi.Ok(ActiveConnections.ToApi(caller, await find(context, caller))));
        source.MapPut(path, async (HttpContext context, Caller caller) =>
        {
            await find(context, caller);
            await RequestBody.RequireAsync<object>(context, "Data must be submitted when updating objects.");
            return Refuse();
        });
        source.MapDelete(path, async (HttpContext context, Caller caller, ActiveConnections active) =>
        {
            active.Kill(caller, await find(context, caller));
            return TypedResults.NoContent();
        });
        source.MapMethods(
            path + "/sharingCredentials/{profile}", Reading.Methods,
            async (string profile, HttpContext context, Caller caller, Database database, ShareKeys shares) =>
                await SharingCredentials.CreateAsync(context, caller, database, await find(context, caller), profile, shares));
        source.MapPatch(
            path + "/sharingCredentials",
            async (HttpContext context, Caller caller, Database database, ShareKeys shares, TunnelRegistry registry) =>
                await SharingCredentials.TakeBackAsync(context, caller, database, await find(context, caller), shares, registry));
        source.MapConnection(
            path + "/connection", async (context, caller) => Identifiers.Text((await find(context, caller)).Connection.Id));
    }

    private static IResult Refuse() => throw GuacamoleException.BadRequest(ReadOnly);

    private static async Task<IResult> PatchAsync(HttpContext context, Caller caller, ActiveConnections active)
    {
        var patches = await RequestBody.RequireAsync<List<ApiPatch<JsonElement?>>>(context, "A list of patches must be submitted.");
        if (patches.Exists(patch => patch?.Value is { ValueKind: not JsonValueKind.Null }))
            throw GuacamoleException.BadRequest(ReadOnly);
        var outcomes = new List<PatchOutcome>();
        foreach (var patch in patches)
        {
            DirectoryPatch.Check(patch);
            if (patch.Op == PatchOperation.add)
                throw GuacamoleException.Unsupported(ReadOnly);
            var outcome = new PatchOutcome(patch.Op.ToString()!, patch.Path![1..], patch.Path);
            try
            {
                await ApplyAsync(caller, active, patch.Op == PatchOperation.replace, outcome.Identifier!, context.RequestAborted);
            }
            catch (GuacamoleException e)
            {
                outcome = outcome with { Error = TranslatableMessage.From(e) };
            }
            outcomes.Add(outcome);
        }
        DirectoryPatch.Finish(outcomes);
        return DirectoryApi.Ok(new { patches = outcomes });
    }

    private static async Task ApplyAsync(Caller caller, ActiveConnections active, bool isReplacement, string uuid, CancellationToken cancel)
    {
        var tunnel = await active.FindAsync(caller, uuid, cancel);
        if (isReplacement)
            throw tunnel is null ? GuacamoleException.NotFound(uuid) : GuacamoleException.Unsupported(ReadOnly);
        // To end what is over, or was never seen, is no fault.
        if (tunnel is not null)
            active.Kill(caller, tunnel);
    }
}
