using GuacAspire.Contracts;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>While the engine is away each thing that fails is one line for a person; a stack trace is for what nobody has foreseen.</summary>
public class EngineAwayTests
{
    private const string Away = "Nothing answers at unix:///engine. Start the container engine (for example: sudo systemctl start docker).";

    private static readonly EngineUnavailableException Fault = new(new("unix:///engine"), new IOException());

    [Fact]
    public async Task A_desktop_that_is_stopped_meanwhile_goes_when_it_is_back()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        foreach (var call in new[] { "mark", "remove", "observe" })
            host.Runtime.Faults[call] = Fault;
        await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), TestContext.Current.CancellationToken);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal(
            [
                $"Whether desktop {desktop.Id} is to stop could not be written down: {Away}",
                $"Of desktop {desktop.Id}, container, network and claim could not be removed yet: {Away}",
            ],
            host.Log.Faults.Select(line => line.Text).Where(text => text.Contains(desktop.Id, StringComparison.Ordinal)));
        Assert.All(host.Log.Faults, line => Assert.Null(line.Trace));
        host.Runtime.Faults.Clear();
        await LifecycleTests.ReconcileAsync(host);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task A_launch_that_it_leaves_alone_fails_in_words()
    {
        await using var host = new ProvisionerHost();
        await LifecycleTests.ReconcileAsync(host);
        foreach (var call in new[] { "start", "remove", "observe" })
            host.Runtime.Faults[call] = Fault;
        var desktop = await host.LaunchAsync();
        var failed = await host.WaitAsync(desktop.Id, DesktopState.Failed);
        Assert.Equal(Fault.Message, failed.Message);
        var line = Assert.Single(host.Log.Faults, line => line.Text.Contains("failed in step", StringComparison.Ordinal));
        Assert.Equal($"Desktop {desktop.Id} failed in step start: {Away}", line.Text);
        Assert.All(host.Log.Faults, one => Assert.Null(one.Trace));
    }

    [Fact]
    public async Task Who_looks_meanwhile_says_so_once()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        foreach (var call in new[] { "create", "observe", "wall" })
            host.Runtime.Faults[call] = Fault;
        for (var look = 0; look < 3; look++)
            await LifecycleTests.ReconcileAsync(host);
        var line = Assert.Single(host.Log.Faults);
        Assert.Equal(($"Desktops cannot be looked after now: {Away}", null), (line.Text, line.Trace));
    }

    [Fact]
    public async Task What_nobody_has_foreseen_has_its_stack_trace()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        var fault = host.Runtime.Faults["remove"] = new InvalidOperationException("The engine speaks in tongues.");
        await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), TestContext.Current.CancellationToken);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        var line = Assert.Single(host.Log.Faults, line => line.Trace is not null);
        Assert.EndsWith("could not be removed yet: The engine speaks in tongues.", line.Text, StringComparison.Ordinal);
        Assert.Same(fault, line.Trace);
    }
}
