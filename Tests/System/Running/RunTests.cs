using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Running;

/// <summary>What somebody has who starts it by hand: the console, Aspire's command line, and an end that is one.</summary>
public sealed class RunTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheCommandLineFindsTheTraceOfALaunchAndCtrlCLeavesNothing()
    {
        await using var host = new OwnAppHost(system);
        await host.ReadyAsync();
        await using var owner = await new PortalClient(system, host.Portal).AsGuestAsync();
        var desktop = await owner.LaunchReadyAsync("watering-can");

        await Command.RunAsync("dotnet", ["tool", "restore"], RunningSystem.RepositoryRoot);
        var launch = await Eventually.GetAsync(
            async () => JsonNode.Parse(await host.AskAsync("otel", "traces", "--format", "json"))!.AsArray()
                .FirstOrDefault(trace => Spans(trace!).Contains(("provisioner", "desktop.launch"))),
            trace => trace is not null,
            "the trace of the launch");
        var sources = Spans(launch!).Select(span => span.Source).ToHashSet();
        Assert.Superset(new HashSet<string> { "portal", "provisioner", "guacamole-server" }, sources);

        var resources = JsonNode.Parse(await host.AskAsync("describe", "--format", "json"))!["resources"]!.AsArray();
        Assert.StartsWith("Built", Text(resources.Single(one => Text(one!["name"]) == "desktops-image")!["state"]), StringComparison.Ordinal);

        // It lists the model alone, but knows a desktop by its name.
        await host.AskAsync("resource", $"watering-can-{desktop.Id[..6]}", "save");
        Assert.NotNull((await owner.DesktopsAsync()).Single().SavedAt);

        var orchestrator = await host.WatchOrchestratorAsync();
        Assert.Equal(2, orchestrator().Count);
        Assert.Equal(0, await host.EndAsync());
        Assert.Empty(orchestrator());
        // At once, with nobody waiting: who starts again finds the port free.
        using (var listener = new TcpListener(IPAddress.Loopback, host.Port))
            listener.Start();
        Assert.Empty(await host.LeftAsync());
        host.AssertNoStack();
    }

    [Fact]
    public async Task CtrlCBeforeItIsReadyIsAnEndAsWell()
    {
        await using var host = new OwnAppHost(system);
        await host.SaysAsync("Starting");
        Assert.Equal(0, await host.EndAsync());
        Assert.DoesNotContain("is ready", host.Log, StringComparison.Ordinal);
        // There was none, and what the end has broken off is nothing that anybody wants to read of.
        Assert.DoesNotContain("Not every desktop", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Failed", host.Log, StringComparison.Ordinal);
        host.AssertNoStack();
        Assert.Empty(await host.LeftAsync());
    }

    [Fact]
    public async Task WhereImagesComeFromIsAskedOnceAndStaysSo()
    {
        await using var host = new OwnAppHost(system);
        await host.SaysAsync("Images: ");
        Assert.DoesNotContain("as before", host.Log, StringComparison.Ordinal);
        await host.SaysAsync("Starting");
        Assert.Equal(0, await host.EndAsync());

        // As if it had been the other way round, whatever this machine's registry says now.
        var kept = await host.ReadSecretsAsync();
        var (before, after) = kept.Contains("\"debian\"", StringComparison.Ordinal) ? ("debian", "registry") : ("registry", "debian");
        await host.WriteSecretsAsync(kept.Replace($"\"{before}\"", $"\"{after}\"", StringComparison.Ordinal));
        await host.StartAgainAsync();
        await host.SaysAsync(after == "registry" ? "Images: the official ones, as before" : "Images: built from Debian's packages, as before");
        await host.SaysAsync("Starting");
        Assert.Equal(0, await host.EndAsync());
        host.AssertNoStack();
        Assert.Empty(await host.LeftAsync());
    }

    [Fact]
    public async Task WhateverIsKilledLeavesTheDesktopsAndWhoStartsAgainAtOnceFindsThem()
    {
        await using var host = new OwnAppHost(system);
        await host.ReadyAsync();
        await using var owner = await new PortalClient(system, host.Portal).AsGuestAsync();
        var desktop = await owner.LaunchReadyAsync("watering-can");

        await host.StartAgainAsync();
        await host.ReadyAsync();
        Assert.Equal((desktop.Id, "ready"), (await owner.DesktopsAsync()).Select(one => (one.Id, one.State)).Single());
        host.AssertNoStack();

        await host.KillOrchestratorAsync();
        Assert.Equal(1, await host.WaitForExitAsync());
        Assert.Contains("The orchestrator has ended", host.Log, StringComparison.Ordinal);
        host.AssertNoStack();

        await host.StartAgainAsync();
        await host.ReadyAsync();
        Assert.Equal((desktop.Id, "ready"), (await owner.DesktopsAsync()).Select(one => (one.Id, one.State)).Single());
        Assert.Equal(0, await host.EndAsync());
        Assert.Empty(await host.LeftAsync());
    }

    [Fact]
    public async Task APortThatIsTakenIsNamedInALine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var host = new OwnAppHost(system, $"--Portal:Port={port}");
        Assert.Equal(1, await host.WaitForExitAsync());
        Assert.Contains($"Port {port}, on which nginx is to listen, is taken", host.Log, StringComparison.Ordinal);
        host.AssertNoStack();
    }

    private static IEnumerable<(string Source, string Name)> Spans(JsonNode trace) =>
        trace["spans"]!.AsArray().Select(span => (Text(span!["source"]), Text(span!["name"])));

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
