using System.Text.Json.Nodes;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Many desktops that an earlier process has left, and the rounds in which they are looked after, by a clock of the test's own.</summary>
internal sealed class House : IAsyncDisposable
{
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private const int TicksPerQuarter = 3;

    private int _ticks;

    private House() => Host = new()
    {
        Time = Time,
        Runtime = new() { Machine = new(1L << 50, 10_000) },
        Options = { ["Pictures"] = "false", ["Max"] = "2000", ["MaxPerOwner"] = "2000" },
        OwnRounds = [typeof(Reconciler), typeof(DesktopCuller), typeof(Checkpoints), typeof(ShareKeeper)],
    };

    public FakeTimeProvider Time { get; } = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public ProvisionerHost Host { get; }

    public IReadOnlyList<string> Desktops { get; private set; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A house in which nobody has been for minutes.</summary>
    public static async Task<House> OpenAsync(int desktops)
    {
        var house = new House();
        var ids = house.Host.Services.GetRequiredService<DesktopIds>();
        house.Desktops = [.. Enumerable.Range(0, desktops).Select(_ => ids.Create())];
        foreach (var (number, id) in house.Desktops.Index())
            house.Furnish(number.ToString(System.Globalization.CultureInfo.InvariantCulture), id);
        await house.PassAsync(TimeSpan.FromMinutes(5));
        return house;
    }

    public ManagedDesktop Find(int number) => Host.Services.GetRequiredService<DesktopRegistry>().Find(Desktops[number])!;

    /// <summary>Lets time pass, with every round that falls into it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            Time.Advance(Tick);
            if (_ticks++ % TicksPerQuarter == 0)
            {
                await Host.Services.GetRequiredService<Reconciler>().RunOnceAsync(Cancellation);
                await Host.Services.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation);
            }

            await Host.Services.GetRequiredService<Checkpoints>().RunOnceAsync(Cancellation);
        }
    }

    /// <summary>How often Guacamole and agents are asked meanwhile.</summary>
    public async Task<(int Guacamole, int Agents)> CountAsync(TimeSpan time)
    {
        var (guacamole, agents) = (Host.Guacamole.Calls.Count, Host.Agents.Calls);
        await PassAsync(time);
        return (Host.Guacamole.Calls.Count - guacamole, Host.Agents.Calls - agents);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private void Furnish(string connection, string id)
    {
        Host.Runtime.Claims[id] = new(id, "anna", $"mesh-{connection}", "cube.stl", null, Time.GetUtcNow());
        Host.Runtime.Containers[id] = ContainerPhase.Running;
        Host.Agents.Showing[id] = true;
        Host.Guacamole.Connections[connection] = new JsonObject
        {
            ["identifier"] = connection,
            ["name"] = id,
            ["protocol"] = "vnc",
            ["parameters"] = new JsonObject(),
        };
        Host.Guacamole.Users[$"desktop-{id}"] = new JsonObject { ["username"] = $"desktop-{id}", ["attributes"] = new JsonObject() };
        Host.Guacamole.Grants[$"desktop-{id}"] = $"add /connectionPermissions/{connection} READ";
    }
}
