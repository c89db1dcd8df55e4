using GuacAspire.Tests.EndToEnd.Clients;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

internal static class Gone
{
    /// <summary>Asks Docker and Guacamole themselves whether anything of a desktop is left.</summary>
    public static async Task AssertAsync(RunningSystem system, string desktop, Engine? engine = null)
    {
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        await Eventually.GetAsync(
            async () =>
                (string[])[.. await (engine ?? system.Engine).FindAsync(Engine.DesktopLabel(desktop)), .. await admin.FindAsync(desktop)],
            left => left.Length == 0,
            $"Docker and Guacamole to hold nothing of {desktop}");
    }
}
