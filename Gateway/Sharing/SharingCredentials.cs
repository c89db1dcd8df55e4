using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Sharing;

/// <summary>What a guest needs to join: a new key each time.</summary>
internal static class SharingCredentials
{
    private static readonly Field[] Expected = [new("key", "QUERY_PARAMETER")];

    public static async Task<IResult> CreateAsync(
        HttpContext context, Caller caller, Database database, Tunnel tunnel, string identifier, ShareKeys shares)
    {
        await using var open = await database.OpenAsync(context.RequestAborted);
        var profile = !Identifiers.TryParse(identifier, out var id) ? null : await open.QueryFirstOrDefaultAsync<SharingProfileRow>(
            $"""
            SELECT {SharingProfileRow.Columns} FROM guacamole_sharing_profile s
            WHERE s.sharing_profile_id = @id AND s.primary_connection_id = @connection
                AND (@all OR {ObjectKind.SharingProfile.Readable("s.sharing_profile_id")})
            """,
            new { id, connection = tunnel.Connection.Id, all = caller.IsAdministrator, entities = caller.Entities });
        var mayShare = caller.IsAdministrator || tunnel.Session.UserId == caller.Session.UserId;
        if (profile is null || !mayShare || !tunnel.IsPrimary)
            throw GuacamoleException.Denied();
        return DirectoryApi.Ok(new { expected = Expected, values = new { key = shares.Create(tunnel, profile).Key } });
    }
}
