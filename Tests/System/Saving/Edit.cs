using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Saving;

/// <summary>Works on a mesh as a person does, through the tunnel.</summary>
internal static class Edit
{
    private const int Shift = 0xFFE1;
    private const int Return = 0xFF0D;

    /// <summary>
    /// Doubles what is in the scene: all is selected, Shift+D duplicates, Return confirms. Gives the triangles that there are then.
    /// </summary>
    public static async Task<long> DuplicateAsync(Onlooker person, AgentClient agent)
    {
        var before = await agent.StatusAsync();
        await SendDuplicateAsync(person.Tunnel);
        return (await Eventually.GetAsync(LookAsync, now => now.Triangles == 2 * before.Triangles, "Blender to have duplicated the mesh")).Triangles;

        Task<AgentStatus> LookAsync()
        {
            Assert.False(person.Closed.IsCompleted, $"The tunnel has closed ({person.Tunnel.CloseReason}), so nobody hears what is done.");
            return agent.StatusAsync();
        }
    }

    /// <summary>The mouse and the keys of it, and no more: whether anybody listens is another question.</summary>
    public static async Task SendDuplicateAsync(Tunnel tunnel)
    {
        await tunnel.SendAsync("mouse", "500", "400", "0");
        await tunnel.SendAsync("mouse", "520", "420", "0");
        await PressAsync(tunnel, 'a');
        await tunnel.SendAsync("key", $"{Shift}", "1");
        await PressAsync(tunnel, 'D');
        await tunnel.SendAsync("key", $"{Shift}", "0");
        await PressAsync(tunnel, Return);
    }

    private static async Task PressAsync(Tunnel tunnel, int key)
    {
        await tunnel.SendAsync("key", $"{key}", "1");
        await tunnel.SendAsync("key", $"{key}", "0");
    }
}
