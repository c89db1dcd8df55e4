using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>/api/session/tunnels</c>: the session's own open tunnels.</summary>
internal static class SessionTunnelsApi
{
    public static void MapSessionTunnels(this IEndpointRouteBuilder session)
    {
        var group = session.MapGroup("/tunnels");
        group.MapStreams();
        group.MapMethods("", Reading.Methods, (Session owner) => DirectoryApi.Ok(owner.Tunnels.Select(tunnel => tunnel.Uuid)));
        group.MapMethods("/{uuid}", Reading.Methods, Nothing);
        group.MapDelete("/{uuid}", Nothing);
        group.MapMethods("/{uuid}/protocol", Reading.Methods, (string uuid, Session owner) =>
            Catalogues.Protocol(Require(owner, uuid).Connection.Protocol));
        group.MapActiveConnection("/{uuid}/activeConnection", static (context, _) =>
            Task.FromResult(RequirePrimary(context.Features.Get<Session>()!, (string)context.Request.RouteValues["uuid"]!)));
    }

    // A tunnel has parts, but is nothing by itself.
    private static IResult Nothing(string uuid, Session owner)
    {
        Require(owner, uuid);
        throw GuacamoleException.Missing("There is nothing at this address.");
    }

    private static Tunnel RequirePrimary(Session owner, string uuid) =>
        Require(owner, uuid) is { IsPrimary: true } tunnel
            ? tunnel
            : throw GuacamoleException.Missing("No readable active connection for tunnel.");

    private static Tunnel Require(Session owner, string uuid) =>
        owner.FindTunnel(uuid) ?? throw GuacamoleException.Missing("No such tunnel.");
}
