using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Sharing;

/// <summary>Everything below <c>data/mysql-shared</c>: the connections that others share with the session.</summary>
internal sealed class SharedSource(ShareKeys keys) : ReadOnlySource
{
    protected override string RootParent => Identifiers.Root;

    protected override Dictionary<string, ApiConnection> Connections(HttpContext context) =>
        context.Features.Get<Session>()!.Shares(keys).ToDictionary(share => share.Key, share => new ApiConnection
        {
            Name = share.Tunnel.Connection.Name,
            Identifier = share.Key,
            ParentIdentifier = Identifiers.Root,
            Protocol = share.Tunnel.Connection.Protocol,
            Attributes = new Dictionary<string, string?> { ["jdbc-shared-by"] = share.Tunnel.Session.Username },
        });
}
