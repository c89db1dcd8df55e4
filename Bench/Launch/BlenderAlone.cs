using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;

namespace GuacAspire.Bench.Launch;

/// <summary>
/// What a cold launch cannot be quicker than: a container of the same image, with nobody around it, from its start until Blender has drawn
/// its first viewport, without any mesh.
/// </summary>
internal sealed class BlenderAlone : IDisposable
{
    private const string Token = "bench";
    private readonly DockerClient _engine = new DockerClientConfiguration().CreateClient();
    private readonly HttpClient _agent = new() { Timeout = TimeSpan.FromSeconds(2) };

    public BlenderAlone() => _agent.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);

    /// <returns>Seconds.</returns>
    public async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        var image = await DesktopImage.FindAsync(_engine, cancellationToken);
        var created = await _engine.Containers.CreateContainerAsync(
            new()
            {
                Name = $"bench-{Guid.NewGuid():N}",
                Image = image.Name,
                Env = [$"AGENT_TOKEN={Token}", "RESOLUTION=1280x800"],
                HostConfig = new()
                {
                    Memory = 2L << 30,
                    Tmpfs = new Dictionary<string, string> { ["/tmp"] = "mode=1777", ["/home/blender"] = "mode=0700,uid=1000,gid=1000" },
                },
            },
            cancellationToken);
        try
        {
            var clock = Stopwatch.StartNew();
            await _engine.Containers.StartContainerAsync(created.ID, new(), cancellationToken);
            var container = await _engine.Containers.InspectContainerAsync(created.ID, cancellationToken);
            var address = container.NetworkSettings.Networks.Values.Single().IPAddress;
            while (!await IsReadyAsync(new($"http://{address}:7070/status"), cancellationToken))
                await Task.Delay(20, cancellationToken);
            return clock.Elapsed.TotalSeconds;
        }
        finally
        {
            await _engine.Containers.RemoveContainerAsync(created.ID, new() { Force = true }, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _agent.Dispose();
        _engine.Dispose();
    }

    private async Task<bool> IsReadyAsync(Uri status, CancellationToken cancellationToken)
    {
        try
        {
            return (await _agent.GetFromJsonAsync<JsonObject>(status, cancellationToken))?["ready"]?.GetValue<bool>() == true;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
