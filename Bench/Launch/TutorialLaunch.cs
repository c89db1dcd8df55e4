using System.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Models;
using Guacamole.Client;
using GuacAspire.Bench.Tunnel;

namespace GuacAspire.Bench.Launch;

/// <summary>
/// The 2017 tutorial's way, on the same engine, image, guacd and Guacamole: start a container with Blender and the mesh on its command
/// line, sleep two seconds, register a VNC connection as the administrator, redirect.
/// </summary>
internal sealed class TutorialLaunch(Uri portal, string password, string meshFile) : IAsyncDisposable
{
    private const string Drawn = "BENCH-MESH-DRAWN";
    private readonly DockerClient _engine = new DockerClientConfiguration().CreateClient();
    private string? _network;
    private DesktopImage? _desktops;

    /// <summary>What compose had done before the click: the network that guacd and the desktops share.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _desktops = await DesktopImage.FindAsync(_engine, cancellationToken);
        _network = (await _engine.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = $"guacaspire-bench-{Guid.NewGuid():N}", Driver = "bridge" }, cancellationToken)).ID;
        await _engine.Networks.ConnectNetworkAsync(_network, new NetworkConnectParameters { Container = _desktops.Guacd }, cancellationToken);
    }

    public async Task<LaunchTimes> RunAsync(CancellationToken cancellationToken)
    {
        var name = $"bench-{Guid.NewGuid():N}";
        using var http = new HttpClient { BaseAddress = new Uri(portal, "/guacamole/") };
        var client = new GuacamoleClient(http);

        var clock = Stopwatch.StartNew();
        var container = await CreateAsync(name, cancellationToken);
        try
        {
            await _engine.Containers.StartContainerAsync(container, new ContainerStartParameters(), cancellationToken);
            var drawn = DrawnAsync(container, clock, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            var login = await client.LoginAsync("guacadmin", password, cancellationToken);
            var session = client.UseToken(login.AuthToken, login.DataSource);
            var connection = await session.CreateConnectionAsync(
                new(name, "vnc") { Parameters = new Dictionary<string, string?> { ["hostname"] = name, ["port"] = "5900" } }, cancellationToken);
            var redirect = clock.Elapsed.TotalSeconds;

            await using var tunnel = await FrameWatcher.OpenAsync(portal, login.AuthToken, login.DataSource, connection.Identifier!, cancellationToken);
            await tunnel.FirstPictureAsync(cancellationToken);
            var firstPicture = clock.Elapsed.TotalSeconds;
            var mesh = Math.Max(firstPicture, await drawn);
            await session.DeleteConnectionAsync(connection.Identifier!, cancellationToken);
            await client.LogoutAsync(login.AuthToken, cancellationToken);
            return new(redirect, firstPicture, mesh);
        }
        finally
        {
            await _engine.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true }, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
        {
            await _engine.Networks.DisconnectNetworkAsync(_network, new NetworkDisconnectParameters { Container = _desktops!.Guacd, Force = true });
            await _engine.Networks.DeleteNetworkAsync(_network);
        }

        _engine.Dispose();
    }

    private async Task<string> CreateAsync(string name, CancellationToken cancellationToken)
    {
        // The same draw handler that tells our agent, so that both ways are held to the same picture. What is no .blend is imported.
        var import = Path.GetExtension(meshFile) switch
        {
            ".blend" => "",
            ".glb" => "bpy.ops.import_scene.gltf(filepath=mesh)",
            ".fbx" => "bpy.ops.import_scene.fbx(filepath=mesh)",
            var other => $"bpy.ops.wm.{other[1..]}_import(filepath=mesh)",
        };
        var script = $"""
            import bpy, os
            mesh = os.environ['MESH']
            def drawn():
                if any(o.type == 'MESH' and o.name != 'Cube' for o in bpy.data.objects): print('{Drawn}', flush=True)
            bpy.types.SpaceView3D.draw_handler_add(drawn, (), 'WINDOW', 'POST_PIXEL')
            {import}
            """;
        var file = import.Length == 0 ? "\"$MESH\"" : "";
        var created = await _engine.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = name,
            Image = _desktops!.Name,
            Entrypoint = ["/bin/sh", "-c", $"Xvnc :0 -geometry 1280x800 -SecurityTypes None -AlwaysShared & export DISPLAY=:0 HOME=/tmp; sleep 0.3; exec blender --gpu-backend opengl {file} --python-expr \"$SCRIPT\""],
            Env = [$"SCRIPT={script}", $"MESH=/mesh/{Path.GetFileName(meshFile)}"],
            HostConfig = new HostConfig { NetworkMode = _network, Binds = [$"{Path.GetDirectoryName(meshFile)}:/mesh:ro"], Memory = 2L << 30 },
        }, cancellationToken);
        return created.ID;
    }

    private async Task<double> DrawnAsync(string container, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var log = await _engine.Containers.GetContainerLogsAsync(container, tty: false, new ContainerLogsParameters { ShowStdout = true, Follow = true }, cancellationToken);
        var buffer = new byte[4096];
        var text = "";
        while (await log.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { EOF: false } read)
        {
            text += System.Text.Encoding.UTF8.GetString(buffer, 0, read.Count);
            if (text.Contains(Drawn, StringComparison.Ordinal))
                return clock.Elapsed.TotalSeconds;
        }

        throw new InvalidOperationException($"Blender ended before it had drawn the mesh: {text}");
    }
}
