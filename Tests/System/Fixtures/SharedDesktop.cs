using Docker.DotNet.Models;
using GuacAspire.Tests.EndToEnd.Clients;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>A ready desktop for tests that leave it as it was.</summary>
public sealed class SharedDesktop(RunningSystem system) : IAsyncLifetime
{
    public const string Mesh = "watering-can";

    internal PortalClient Owner { get; private set; } = null!;

    internal Desktop Desktop { get; private set; } = null!;

    internal ContainerInspectResponse Container { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Owner = await system.SignInAsGuestAsync();
        Desktop = await Owner.LaunchReadyAsync(Mesh);
        Container = await system.Engine.DesktopAsync(Desktop.Id);
        system.Secrets.Keep("an agent's token", AgentClient.TokenOf(Container));
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}
