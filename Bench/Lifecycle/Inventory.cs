using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Guacamole.Client;

namespace GuacAspire.Bench.Lifecycle;

/// <summary>What of desktops there is, counted where it is: on the engine, in Guacamole, in guacd.</summary>
internal sealed record Counts(int Containers, int Networks, int Volumes, int Connections, int Users, int Viewers);

internal sealed class Inventory(Uri portal, string password) : IDisposable
{
    private readonly DockerClient _engine = new DockerClientConfiguration().CreateClient();
    private readonly HttpClient _http = new() { BaseAddress = new Uri(portal, "/guacamole/") };
    private string? _instance;
    private string? _guacd;

    public async Task<Counts> CountAsync(CancellationToken cancellationToken)
    {
        await FindAsync(cancellationToken);
        var own = Label($"guacaspire.instance={_instance}");
        var client = new GuacamoleClient(_http);
        var login = await client.LoginAsync("guacadmin", password, cancellationToken);
        var session = client.UseToken(login.AuthToken, login.DataSource);
        var counts = new Counts(
            (await _engine.Containers.ListContainersAsync(new() { All = true, Filters = own }, cancellationToken)).Count,
            (await _engine.Networks.ListNetworksAsync(new() { Filters = own }, cancellationToken)).Count,
            (await _engine.Volumes.ListAsync(new() { Filters = own }, cancellationToken)).Volumes?.Count ?? 0,
            (await session.ListConnectionsAsync(cancellationToken)).Count,
            (await session.ListUsersAsync(cancellationToken)).Count,
            await ViewersAsync(cancellationToken));
        await client.LogoutAsync(login.AuthToken, cancellationToken);
        return counts;
    }

    /// <summary>A desktop's memory that nobody could take from it (bytes), and the seconds of processor that it has used.</summary>
    public async Task<(long Memory, double Processor)> MeasureAsync(string desktop, CancellationToken cancellationToken)
    {
        var container = (await _engine.Containers.ListContainersAsync(new() { Filters = Label($"guacaspire.desktop={desktop}") }, cancellationToken)).Single();
        var stats = new TaskCompletionSource<ContainerStatsResponse>();
        await _engine.Containers.GetContainerStatsAsync(
            container.ID, new ContainerStatsParameters { Stream = false }, new Progress(stats), cancellationToken);
        var found = await stats.Task;
        var memory = found.MemoryStats.Stats;
        // Both versions of control groups have these. Files in the desktop's tmpfs are among them: they are memory too.
        var resident = memory["active_anon"] + memory["inactive_anon"];
        return ((long)resident, found.CPUStats.CPUUsage.TotalUsage / 1e9);
    }

    /// <summary>
    /// How many processes show somebody a desktop, or are left from that: besides the first one, whoever has only knocked, as health checks do,
    /// is let go after fifteen seconds.
    /// </summary>
    private async Task<int> ViewersAsync(CancellationToken cancellationToken)
    {
        var all = await _engine.Containers.ListProcessesAsync(_guacd, new() { PsArgs = "-eo pid,etimes" }, cancellationToken);
        return all.Processes.Count(process => int.Parse(process[1], CultureInfo.InvariantCulture) > 20) - 1;
    }

    public void Dispose()
    {
        _http.Dispose();
        _engine.Dispose();
    }

    private static Dictionary<string, IDictionary<string, bool>> Label(string label) =>
        new() { ["label"] = new Dictionary<string, bool> { [label] = true } };

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        if (_guacd is not null)
            return;
        var guacd = (await _engine.Containers.ListContainersAsync(new() { Filters = Label("guacaspire.guacd") }, cancellationToken)).FirstOrDefault()
            ?? throw new InvalidOperationException("No guacd runs; start the system with ./run first.");
        (_guacd, _instance) = (guacd.ID, guacd.Labels["guacaspire.guacd"]);
    }

    private sealed class Progress(TaskCompletionSource<ContainerStatsResponse> stats) : IProgress<ContainerStatsResponse>
    {
        public void Report(ContainerStatsResponse value) => stats.TrySetResult(value);
    }
}
