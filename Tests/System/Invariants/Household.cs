using GuacAspire.Tests.EndToEnd.Crashes;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Invariants;

/// <summary>A Provisioner of the invariants' own, quick to look around and to give up, with desktops that tests may spoil.</summary>
public sealed class Household(RunningSystem system) : IAsyncLifetime
{
    public const string Lost = "lost";
    public const string Stuck = "stuck";
    public const string Dead = "dead";

    internal OwnProvisioner Provisioner { get; private set; } = null!;

    internal IReadOnlyDictionary<string, OwnedDesktop> Desktops { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provisioner = await OwnProvisioner.StartAsync(system, ("ReconcileInterval", "00:00:02"), ("Max", "7"), ("CheckpointInterval", "00:00:00"));
        string[] owners = [Lost, Stuck, Dead];
        await Task.WhenAll(owners.Select(owner => Provisioner.AdmitAsync(owner)));
        Desktops = (await Provisioner.WaitReadyAsync(owners)).ToDictionary(desktop => desktop.Owner);
    }

    public ValueTask DisposeAsync() => Provisioner.DisposeAsync();
}
