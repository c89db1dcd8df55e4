using System.Security.Cryptography;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>Desktops as containers of one Docker Engine.</summary>
internal sealed class DockerDesktopRuntime(
    DockerEngine engine, DesktopNetworks networks, DesktopLabels labels, WallProbe wall, IOptions<DesktopsOptions> options, TimeProvider time)
    : IDesktopRuntime
{
    private static readonly TimeSpan RemovalPoll = TimeSpan.FromMilliseconds(100);

    public async Task<MachineSize> MeasureAsync(CancellationToken cancellationToken)
    {
        var info = await engine.AskAsync(client => client.System.GetSystemInfoAsync(cancellationToken), cancellationToken);
        return new(info.MemTotal, info.NCPU);
    }

    public async Task<string> GetTemplateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var image = await engine.AskAsync(
                client => client.Images.InspectImageAsync(options.Value.Image, cancellationToken), cancellationToken);
            return DesktopTemplate.VersionOf(image.ID, options.Value);
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
            throw MissingImage(e);
        }
    }

    public async Task<bool> ClaimAsync(DesktopClaim claim, CancellationToken cancellationToken)
    {
        // The engine answers with the volume that is there, be it another's: the first one's labels stay.
        var claimant = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var volume = await engine.AskAsync(
            client => client.Volumes.CreateAsync(
                new() { Name = DesktopLabels.NameOf(claim.Id), Labels = labels.ForClaim(claim, claimant) }, cancellationToken),
            cancellationToken);
        return DesktopLabels.IsClaimOf(volume.Labels, claimant);
    }

    public async Task<DesktopAddress> CreateAsync(NewDesktop desktop, CancellationToken cancellationToken)
    {
        var subnet = await networks.CreateAsync(desktop.Id, labels.ForDesktop(desktop), cancellationToken);
        var measuring = MeasureAsync(cancellationToken);
        var existing = await LocateAsync(desktop.Id, cancellationToken);
        var machine = await measuring;
        if (existing is not null)
            return existing;

        var host = subnet.Desktop.ToString();
        var token = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var container = DesktopTemplate.Container(
            desktop,
            labels.ForDesktop(desktop),
            host,
            token,
            // The engine refuses more than it has.
            Math.Min(options.Value.Cpus, machine.Cores),
            options.Value);
        try
        {
            await engine.TellAsync(client => client.Containers.CreateContainerAsync(container, cancellationToken), cancellationToken);
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
            throw MissingImage(e);
        }

        return AddressOf(host, token);
    }

    public Task RaiseAsync(string id, CancellationToken cancellationToken) =>
        engine.TellAsync(
            client => client.Containers.UpdateContainerAsync(DesktopLabels.NameOf(id), DesktopTemplate.Raised(), cancellationToken),
            cancellationToken);

    public Task<bool> StartAsync(string id, CancellationToken cancellationToken) =>
        engine.AskAsync(
            client => client.Containers.StartContainerAsync(DesktopLabels.NameOf(id), new(), cancellationToken), cancellationToken);

    public async Task<DesktopContainer?> FindAsync(string id, CancellationToken cancellationToken) =>
        await InspectAsync(id, cancellationToken) is { } container
            ? new(PhaseOf(container.State.Status), container.State.ExitCode, container.State.OOMKilled)
            : null;

    public async Task<DesktopAddress?> LocateAsync(string id, CancellationToken cancellationToken)
    {
        if (await InspectAsync(id, cancellationToken) is not { } container)
            return null;
        const string prefix = DesktopTemplate.TokenVariable + "=";
        var token = container.Config.Env?.FirstOrDefault(variable => variable.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
        var network = container.NetworkSettings.Networks?.TryGetValue(DesktopLabels.NameOf(id), out var endpoint) == true ? endpoint : null;
        return token is not null && network?.IPAMConfig?.IPv4Address is { Length: > 0 } host ? AddressOf(host, token) : null;
    }

    public async Task<IReadOnlyCollection<DesktopRemains>> ObserveAsync(CancellationToken cancellationToken)
    {
        var volumes = await engine.AskAsync(
            client => client.Volumes.ListAsync(new() { Filters = labels.OwnFilter }, cancellationToken), cancellationToken);
        var containers = await engine.AskAsync(
            client => client.Containers.ListContainersAsync(new() { All = true, Filters = labels.OwnFilter }, cancellationToken), cancellationToken);
        var subnets = (await networks.ListAsync(cancellationToken)).ToHashSet();

        // Labels alone are copied too easily, into an image for instance: what is ours has our name as well.
        var claims = (volumes.Volumes ?? [])
            .Where(volume => DesktopLabels.IsDesktop(volume.Labels, volume.Name))
            .ToDictionary(volume => volume.Labels[DesktopLabels.Desktop], volume => DesktopLabels.ReadClaim(volume.Labels));
        var ends = (volumes.Volumes ?? [])
            .Where(volume => DesktopLabels.IsEnd(volume.Labels, volume.Name))
            .ToDictionary(volume => volume.Labels[DesktopLabels.Desktop], volume => DesktopLabels.ReadEnd(volume.Labels));
        var desktops = containers
            .Where(container => container.Names?.Any(name => DesktopLabels.IsDesktop(container.Labels, name.TrimStart('/'))) == true)
            .ToDictionary(container => container.Labels[DesktopLabels.Desktop]);
        return [.. claims.Keys.Union(ends.Keys).Union(desktops.Keys).Union(subnets).Select(id => new DesktopRemains(
            id,
            claims.GetValueOrDefault(id),
            desktops.TryGetValue(id, out var desktop) ? PhaseOf(desktop.State) : null,
            subnets.Contains(id),
            desktop is null ? null : DesktopLabels.ReadPool(desktop.Labels),
            ends.GetValueOrDefault(id)))];
    }

    public Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        networks.AdmitGuacdAsync(ids, cancellationToken);

    public Task MarkStopAsync(string id, StopMark mark, CancellationToken cancellationToken) =>
        engine.TellAsync(
            client => client.Volumes.CreateAsync(
                new() { Name = DesktopLabels.EndNameOf(id), Labels = labels.ForEnd(id, mark, time.GetUtcNow()) }, cancellationToken),
            cancellationToken);

    public Task UnmarkStopAsync(string id, CancellationToken cancellationToken) => RemoveVolumeAsync(DesktopLabels.EndNameOf(id), cancellationToken);

    public async Task DiscardAsync(string id, CancellationToken cancellationToken)
    {
        await RemoveContainerAsync(DesktopLabels.NameOf(id), cancellationToken);
        await networks.RemoveAsync(id, cancellationToken);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await DiscardAsync(id, cancellationToken);
        // Last, so that after a crash in between there is still something that says what was being removed, and then that it was.
        await RemoveVolumeAsync(DesktopLabels.NameOf(id), cancellationToken);
        await RemoveVolumeAsync(DesktopLabels.EndNameOf(id), cancellationToken);
    }

    public async Task WatchAsync(Action<string> ended, Action guacdStarted, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] streams =
        [
            MonitorAsync(labels.OwnFilter, "die", new EndedContainers(ended), both.Token),
            MonitorAsync(labels.GuacdFilter, "start", new StartedContainers(guacdStarted), both.Token),
        ];
        var first = await Task.WhenAny(streams);
        // Of one alone nobody would know what it misses.
        await both.CancelAsync();
        await Task.WhenAll(streams).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public async Task<long?> MeasureMemoryAsync(string id, CancellationToken cancellationToken)
    {
        var latest = new LatestMemory();
        // One shot: else the engine takes a second to look twice at the processor.
        await engine.TryTellAsync(
            client => client.Containers.GetContainerStatsAsync(
                DesktopLabels.NameOf(id), new() { Stream = false, OneShot = true }, latest, cancellationToken),
            cancellationToken);
        return latest.Bytes;
    }

    public async Task<string> ReadLogTailAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            using var log = await engine.AskAsync(
                client => client.Containers.GetContainerLogsAsync(
                    DesktopLabels.NameOf(id), tty: false, new() { ShowStdout = true, ShowStderr = true, Tail = "20" }, cancellationToken),
                cancellationToken);
            var (output, error) = await log.ReadOutputToEndAsync(cancellationToken);
            return (output + error).Trim();
        }
        catch (DockerApiException)
        {
            return "";
        }
    }

    public async Task<string?> FindFaultAsync(RuntimePart part, CancellationToken cancellationToken)
    {
        try
        {
            switch (part)
            {
                case RuntimePart.Image:
                    await engine.TellAsync(client => client.Images.InspectImageAsync(options.Value.Image, cancellationToken), cancellationToken);
                    return null;
                case RuntimePart.Guacd:
                    return (await networks.FindGuacdAsync(cancellationToken)).Count > 0
                        ? null
                        : $"No running container has the label {DesktopLabels.Guacd}={options.Value.GuacdLabel}; without guacd nobody sees a desktop.";
                default:
                    await engine.TellAsync(client => client.System.PingAsync(cancellationToken), cancellationToken);
                    return null;
            }
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
            return ImageFault();
        }
        catch (Exception e) when (e is DockerApiException or EngineUnavailableException)
        {
            return (e as EngineUnavailableException)?.Remedy ?? e.Message;
        }
    }

    public async Task<string?> FindHoleAsync(CancellationToken cancellationToken)
    {
        await wall.RemoveRemainsAsync(cancellationToken);
        return await wall.FindHoleAsync(cancellationToken);
    }

    private static DesktopAddress AddressOf(string host, string token) => new(host, new($"http://{host}:{DesktopAddress.AgentPort}/"), token);

    private static ContainerPhase PhaseOf(string status) => status switch
    {
        "created" => ContainerPhase.Created,
        "running" or "paused" or "restarting" => ContainerPhase.Running,
        _ => ContainerPhase.Ended,
    };

    private ProblemException MissingImage(Exception e) =>
        new(StatusCodes.Status503ServiceUnavailable, "The desktop image is missing", ImageFault(), e);

    private string ImageFault() => $"The engine has no image {options.Value.Image}. Build it from Images/blender, or start the whole system with ./run.";

    private async Task<ContainerInspectResponse?> InspectAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.AskAsync(
                client => client.Containers.InspectContainerAsync(DesktopLabels.NameOf(id), cancellationToken), cancellationToken);
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private Task RemoveVolumeAsync(string name, CancellationToken cancellationToken) =>
        engine.TryTellAsync(client => client.Volumes.RemoveAsync(name, force: true, cancellationToken), cancellationToken);

    private async Task RemoveContainerAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await engine.TellAsync(
                    client => client.Containers.RemoveContainerAsync(name, new() { Force = true, RemoveVolumes = true }, cancellationToken),
                    cancellationToken);
                return;
            }
            catch (DockerApiException e) when (e.IsNotFound)
            {
                return;
            }
            catch (DockerApiException e) when (e.IsConflict)
            {
                // Somebody else is removing it; it has to be gone before its network can be.
                await Task.Delay(RemovalPoll, time, cancellationToken);
            }
        }
    }

    // Progress<T> would hand every event to another thread, and so lose their order.
    private Task MonitorAsync(
        IDictionary<string, IDictionary<string, bool>> filters, string what, IProgress<Message> events, CancellationToken cancellationToken)
    {
        filters["type"] = new Dictionary<string, bool> { ["container"] = true };
        filters["event"] = new Dictionary<string, bool> { [what] = true };
        return engine.TellAsync(
            client => client.System.MonitorEventsAsync(new() { Filters = filters }, events, cancellationToken), cancellationToken);
    }

    private sealed class LatestMemory : IProgress<ContainerStatsResponse>
    {
        public long? Bytes { get; private set; }

        // Like everybody who shows a container's memory: without the files that the kernel would drop at once if it needed the place.
        public void Report(ContainerStatsResponse value)
        {
            if (value.MemoryStats is not { Usage: > 0 } memory)
                return;
            var files = memory.Stats is not { } stats ? 0
                : stats.TryGetValue("total_inactive_file", out var first) ? first
                : stats.TryGetValue("inactive_file", out var second) ? second
                : 0;
            Bytes = (long)(files < memory.Usage ? memory.Usage - files : memory.Usage);
        }
    }

    private sealed class StartedContainers(Action started) : IProgress<Message>
    {
        public void Report(Message value) => started();
    }

    private sealed class EndedContainers(Action<string> ended) : IProgress<Message>
    {
        public void Report(Message value)
        {
            if (value.Actor?.Attributes?.TryGetValue(DesktopLabels.Desktop, out var id) == true)
                ended(id);
        }
    }
}
