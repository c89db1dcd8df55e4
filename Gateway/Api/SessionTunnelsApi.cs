using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>/api/session/tunnels</c>: the session's own open tunnels.</summary>
internal static class SessionTunnelsApi
{
    public static void MapSessionTunnels(this IEndpointRouteBuilder session)
    {
        var group = session.MapGroup("/tunnels");
        group.MapStreams();
        group.MapRead("", (Session owner) => DirectoryApi.Ok(owner.Tunnels.Select(tunnel => tunnel.Uuid)));
        group.MapRead("/{uuid}", Nothing);
        group.MapDelete("/{uuid}", Nothing);
        group.MapRead("/{uuid}/protocol", (string uuid, Session owner) => Catalogues.Protocol(Require(owner, uuid).Connection.Protocol));
        group.MapRead("/{uuid}/activeConnection", async (string uuid, HttpContext context, Session owner, Database database) =>
        {
            var tunnel = RequirePrimary(owner, uuid);
            return DirectoryApi.Ok(ActiveConnections.ToApi(await Caller.LoadAsync(database, owner, context.RequestAborted), tunnel));
        });
        group.MapDelete("/{uuid}/activeConnection", (string uuid, Session owner, TunnelRegistry registry) =>
        {
            registry.Kill(RequirePrimary(owner, uuid));
            return TypedResults.NoContent();
        });
        group.MapRead("/{uuid}/activeConnection/sharingCredentials/{profile}", async (string uuid, string profile, HttpContext context, Session owner, Database database, ShareKeys shares) =>
        {
            var caller = await Caller.LoadAsync(database, owner, context.RequestAborted);
            return await SharingCredentials.CreateAsync(context, caller, database, RequirePrimary(owner, uuid), profile, shares);
        });
        group.MapRead("/{uuid}/activeConnection/connection", async (string uuid, HttpContext context, Session owner, Database database, ConnectionDirectory connections) =>
        {
            var tunnel = RequirePrimary(owner, uuid);
            var caller = await Caller.LoadAsync(database, owner, context.RequestAborted);
            return DirectoryApi.Ok(await connections.GetAsync(caller, Identifiers.Text(tunnel.Connection.Id), context.RequestAborted));
        });
        group.MapRead("/{uuid}/activeConnection/connection/sharingProfiles", async (string uuid, HttpContext context, Session owner, Database database, SharingProfileDirectory profiles) =>
        {
            var tunnel = RequirePrimary(owner, uuid);
            var caller = await Caller.LoadAsync(database, owner, context.RequestAborted);
            return DirectoryApi.Ok(await profiles.OfConnectionAsync(caller, Identifiers.Text(tunnel.Connection.Id), context.RequestAborted));
        });
    }

    // A tunnel has parts, but is nothing by itself.
    private static IResult Nothing(string uuid, Session owner)
    {
        Require(owner, uuid);
        throw GuacamoleException.Missing("There is nothing at this address.");
    }

    private static Tunnel RequirePrimary(Session owner, string uuid) =>
        Require(owner, uuid) is { IsPrimary: true } tunnel ? tunnel : throw GuacamoleException.Missing("No readable active connection for tunnel.");

    private static Tunnel Require(Session owner, string uuid) => owner.FindTunnel(uuid) ?? throw GuacamoleException.Missing("No such tunnel.");
}
