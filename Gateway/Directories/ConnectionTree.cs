using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Directories;

/// <summary>Rules about who hangs below whom.</summary>
internal static class ConnectionTree
{
    /// <summary>Taking a child from a group or putting it into one needs UPDATE on that group; the root is everybody's.</summary>
    public static async Task RequireParentsAsync(Work work, int? from, int? to)
    {
        foreach (var parent in (int?[])[from, to])
        {
            if (parent is { } id)
                await work.Caller.RequireAsync(work, ObjectKind.ConnectionGroup, id, ObjectPermission.UPDATE);
        }
    }

    public static async Task RequireNoCycleAsync(Work work, int group, int? parent)
    {
        for (var steps = 0; parent is { } above; steps++)
        {
            // A stock database cannot hold a cycle, but this must end even if one does.
            if (above == group || steps > 1000)
                throw GuacamoleException.Unsupported("A connection group may not contain itself.");
            parent = await work.ScalarAsync<int?>("SELECT parent_id FROM guacamole_connection_group WHERE connection_group_id = @above", new { above });
        }
    }
}
