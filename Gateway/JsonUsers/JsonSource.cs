using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>Everything below <c>data/json</c>: what the user has brought along.</summary>
internal sealed class JsonSource(TimeProvider time) : ReadOnlySource
{
    protected override Dictionary<string, ApiConnection> Connections(HttpContext context) =>
        context.Features.Get<Session>()!.Brought!.Usable(time.GetUtcNow()).ToDictionary(one => one.Key, one => new ApiConnection
        {
            Name = one.Key,
            Identifier = one.Key,
            ParentIdentifier = Identifiers.Root,
            Protocol = one.Value.Join is null ? one.Value.Protocol : null,
            Attributes = [],
        });
}
