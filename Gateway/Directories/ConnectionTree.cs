using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Directories;

/// <summary>Rules about who hangs below whom.</summary>
internal static class ConnectionTree
{
    public static async Task RequireNoCycleAsync(Work work, int group, int? parent)
    {
        for (var steps = 0; parent is { } above; steps++)
        {
            // A stock database cannot hold a cycle, but this must end even if one does.
            if (above == group || steps > 1000)
                throw GuacamoleException.Unsupported("A connection group may not contain itself.");
            parent = await work.ScalarAsync<int?>(
                "SELECT parent_id FROM guacamole_connection_group WHERE connection_group_id = @above", new { above });
        }
    }
}
