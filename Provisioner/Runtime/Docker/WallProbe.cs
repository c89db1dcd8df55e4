using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Docker.DotNet;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>
/// Tries the host's wall from where a stranger's code would: a container from the desktops' template that only knocks. To read the
/// firewall's rules would need root, and the engine's own machine; and a rule that is there may still not be what decides.
/// </summary>
internal sealed partial class WallProbe(
    DockerEngine engine, DesktopNetworks networks, DesktopLabels labels, IOptions<DesktopsOptions> options, ILogger<WallProbe> logger)
{
    private const int GuacdPort = 4822;
    private const int NoNetwork = 4;

    // Each knock waits until it is let in or has waited long enough; the exit code says which were. Who knocks must be heard, or every wall
    // holds: the port of VNC is open between neighbours, and guacd, where nobody listens on it, refuses.
    private const string Knock = """
        knock() { timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2"; }
        for try in 1 2 3 4 5; do
            [[ $(knock "$GUACD" 5900 2>&1) == *refused* ]] && break
            [ $try -lt 5 ] || exit 4
            sleep 0.2
        done
        exec 2>/dev/null
        knock "$HOST" "$HOST_PORT" & host=$!
        knock "$GUACD" "$GUACD_PORT" & guacd=$!
        open=0
        wait $host && open=1
        wait $guacd && open=$((open + 2))
        exit $open
        """;

    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(20);

    /// <summary>Says what a desktop could reach though it must not, and what to do; null when the wall holds.</summary>
    /// <exception cref="global::Docker.DotNet.DockerApiException">The engine refused a container like a desktop's.</exception>
    /// <exception cref="SocketException">The host is not where its containers are, as with Docker Desktop.</exception>
    /// <exception cref="InvalidOperationException">guacd or the network is not there, as it may be for a moment after the engine was away.</exception>
    public async Task<string?> FindHoleAsync(CancellationToken cancellationToken)
    {
        var id = $"wall{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        try
        {
            return await KnockAsync(id, cancellationToken);
        }
        finally
        {
            await TryCleanUpAsync(id);
        }
    }

    /// <summary>What was found out is true all the same, and the next try removes what is left.</summary>
    private async Task TryCleanUpAsync(string id)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            await engine.TryTellAsync(
                client => client.Containers.RemoveContainerAsync(DesktopLabels.NameOf(id), new() { Force = true }, patience.Token), patience.Token);
            await networks.RemoveAsync(id, patience.Token);
        }
        catch (Exception e) when (e is DockerApiException or EngineUnavailableException or OperationCanceledException)
        {
            LogRemains(e.Message);
        }
    }

    /// <summary>Removes what a probe has left that was killed, or could not clear up behind itself.</summary>
    public async Task RemoveRemainsAsync(CancellationToken cancellationToken)
    {
        var filter = labels.ProbeFilter;
        foreach (var container in await engine.AskAsync(
            client => client.Containers.ListContainersAsync(new() { All = true, Filters = filter }, cancellationToken), cancellationToken))
        {
            await engine.TryTellAsync(
                client => client.Containers.RemoveContainerAsync(container.ID, new() { Force = true }, cancellationToken), cancellationToken);
        }

        foreach (var network in await engine.AskAsync(
            client => client.Networks.ListNetworksAsync(new() { Filters = filter }, cancellationToken), cancellationToken))
        {
            await networks.RemoveAsync(DesktopLabels.IdOf(network.Name), cancellationToken);
        }
    }

    private static string? Describe(long open)
    {
        List<string> reached = [];
        if ((open & 1) != 0)
            reached.Add("this machine's own services");
        if ((open & 2) != 0)
            reached.Add("guacd");
        return reached.Count == 0
            ? null
            : $"The firewall does not keep desktops from {string.Join(" and ", reached)}. Start the system with ./run as root once, "
                + "or set the two rules that ./run names.";
    }

    private async Task<string?> KnockAsync(string id, CancellationToken cancellationToken)
    {
        var probe = labels.ForProbe();
        var subnet = await networks.CreateAsync(id, probe, cancellationToken);
        await networks.AdmitGuacdAsync([id], cancellationToken);
        var network = await engine.AskAsync(
            client => client.Networks.InspectNetworkAsync(DesktopLabels.NameOf(id), cancellationToken), cancellationToken);
        var guacd = network.Containers?.Values.FirstOrDefault()?.IPv4Address.Split('/')[0]
            ?? throw new InvalidOperationException("guacd does not run, so nobody can knock there.");

        using var listener = new TcpListener(subnet.Gateway, 0);
        listener.Start();
        var container = DesktopTemplate.Container(new(id, DateTimeOffset.UnixEpoch), probe, subnet.Desktop.ToString(), "", 1, options.Value);
        container.Entrypoint = ["bash", "-c", Knock];
        container.Env =
        [
            $"HOST={subnet.Gateway}", $"HOST_PORT={((IPEndPoint)listener.LocalEndpoint).Port}", $"GUACD={guacd}", $"GUACD_PORT={GuacdPort}",
        ];
        var created = await engine.AskAsync(client => client.Containers.CreateContainerAsync(container, cancellationToken), cancellationToken);
        await engine.TellAsync(client => client.Containers.StartContainerAsync(created.ID, new(), cancellationToken), cancellationToken);
        var ended = await engine.AskAsync(client => client.Containers.WaitContainerAsync(created.ID, cancellationToken), cancellationToken);
        return ended.StatusCode switch
        {
            >= 0 and < NoNetwork => Describe(ended.StatusCode),
            NoNetwork => throw new InvalidOperationException("The container that knocks could not be heard by guacd either."),
            var code => throw new InvalidOperationException($"The container that knocks ended with code {code}."),
        };
    }

    [LoggerMessage(LogLevel.Information, "What tried the wall around desktops is removed at the next try: {Reason}")]
    private partial void LogRemains(string reason);
}
