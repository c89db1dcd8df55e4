using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace GuacAspire.Bench.Crowd;

/// <summary>The Provisioner of one checkout, as it is deployed: a Release build in a process of its own.</summary>
internal sealed class CrowdProvisioner : IAsyncDisposable
{
    private const string Key = "a-key-for-the-benchmark-alone";

    private readonly HttpClient _http = new();
    private readonly Process _process;

    public CrowdProvisioner(string checkout, CrowdHouse house, CrowdEdges edges)
    {
        var assembly = Path.Combine(checkout, "Provisioner", "bin", "Release", "net10.0", "GuacAspire.Provisioner.dll");
        if (!File.Exists(assembly))
            throw new FileNotFoundException($"Build it first: dotnet build Provisioner -c Release, in {checkout}.", assembly);
        _http.BaseAddress = new($"http://127.0.0.1:{Ports.Free()}");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        _process = Process.Start(new ProcessStartInfo("dotnet", [assembly])
        {
            WorkingDirectory = Path.GetDirectoryName(assembly),
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = _http.BaseAddress.ToString(),
                ["DOCKER_HOST"] = $"unix://{edges.Socket}",
                ["Provisioner__Key"] = Key,
                ["Guacamole__Endpoint"] = edges.Guacamole.ToString(),
                ["Guacamole__Username"] = "guacadmin",
                ["Guacamole__Password"] = "password",
                ["Desktops__Image"] = "image",
                ["Desktops__Instance"] = house.Instance,
                ["Desktops__DataDirectory"] = house.Folder,
                ["Desktops__PoolSize"] = "0",
                ["Desktops__Pictures"] = "false",
                ["Recordings__Directory"] = house.Recordings,
            },
        })!;
        // Read, so that it is never held up by what it says.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits until it has taken up every desktop.</summary>
    public async Task AdoptAsync(CrowdHouse house, CancellationToken cancellationToken)
    {
        while (await CountReadyAsync(cancellationToken) < house.Desktops.Count)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The Provisioner has ended with {_process.ExitCode}.");
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    /// <summary>Lists saves and asks for the picture of some, as the portal does for a page.</summary>
    public async Task ShowAsync(IEnumerable<CrowdDesktop> some, CancellationToken cancellationToken)
    {
        await _http.GetByteArrayAsync(new Uri($"/saves?owner={CrowdHouse.Owner}", UriKind.Relative), cancellationToken);
        foreach (var desktop in some)
        {
            await _http.GetByteArrayAsync(
                new Uri($"/saves/{desktop.Save}/picture?owner={CrowdHouse.Owner}", UriKind.Relative), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<int> CountReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var desktops = await _http.GetFromJsonAsync<JsonElement>(new Uri("/desktops", UriKind.Relative), cancellationToken);
            return desktops.EnumerateArray().Count(desktop => desktop.GetProperty("state").GetString() == "ready");
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
