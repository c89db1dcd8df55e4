using System.Data.Common;
using System.Text.Json;
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
        if (profile is null || !tunnel.IsPrimary || !await MayShareAsync(open, caller, tunnel))
            throw GuacamoleException.Denied();
        return DirectoryApi.Ok(new { expected = Expected, values = new { key = shares.Create(tunnel, profile).Key } });
    }

    /// <summary>
    /// Takes keys back: who holds one, or has come by it under whatever token, is out. Apache's server has nothing like it; there a key is
    /// good until what it leads to ends.
    /// </summary>
    public static async Task<IResult> TakeBackAsync(
        HttpContext context, Caller caller, Database database, Tunnel tunnel, ShareKeys shares, TunnelRegistry registry)
    {
        var patches = await RequestBody.RequireAsync<List<ApiPatch<JsonElement?>>>(context, "A list of patches must be submitted.");
        await using (var open = await database.OpenAsync(context.RequestAborted))
        {
            if (!await MayShareAsync(open, caller, tunnel))
                throw GuacamoleException.Denied();
        }

        foreach (var patch in patches)
        {
            DirectoryPatch.Check(patch);
            if (patch.Op != PatchOperation.remove)
                throw GuacamoleException.Unsupported("Keys can only be taken back.");
        }

        foreach (var patch in patches)
        {
            // To take back what is worthless already is no fault.
            if (shares.Find(patch.Path![1..]) is { } share && share.Tunnel == tunnel)
                registry.End(share);
        }

        return TypedResults.NoContent();
    }

    // To administer a connection is to say who may use it.
    private static async Task<bool> MayShareAsync(DbConnection open, Caller caller, Tunnel tunnel) =>
        caller.IsAdministrator
        || tunnel.Session.UserId == caller.Session.UserId
        || await open.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM guacamole_connection_permission
                WHERE entity_id IN @entities AND connection_id = @connection AND permission = 'ADMINISTER')
            """,
            new { entities = caller.Entities, connection = tunnel.Connection.Id });
}
