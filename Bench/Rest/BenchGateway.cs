using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GuacAspire.Bench.Rest;

/// <summary>The Gateway as it is deployed: a Release build in a process of its own, on a database that its schema step has prepared.</summary>
internal sealed class BenchGateway : IAsyncDisposable
{
    private const string Database = "guacamole";
    private readonly string _userPassword = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private Process? _process;

    public string AdminPassword { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}/guacamole/");

    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async Task StartAsync(BenchDatabase database, CancellationToken cancellationToken)
    {
        using (var schema = Start(database, "schema"))
        {
            await schema.WaitForExitAsync(cancellationToken);
            if (schema.ExitCode != 0)
                throw new InvalidOperationException("The schema step failed.");
        }

        _process = Start(database);
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(Address, cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }

        throw new InvalidOperationException("The Gateway did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private Process Start(BenchDatabase database, params string[] arguments)
    {
        var assembly = Path.Combine(Folders.Repository, "Gateway", "bin", "Release", "net10.0", "GuacAspire.Gateway.dll");
        if (!File.Exists(assembly))
            throw new InvalidOperationException("Build the Gateway first: dotnet build Gateway -c Release");
        var port = database.PublishedPort.ToString(CultureInfo.InvariantCulture);
        return Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = false,
            Environment =
            {
                ["ConnectionStrings__guacamole-db"] = $"Server=127.0.0.1;Port={port};User ID=root;Password={database.RootPassword};Database={Database}",
                ["MYSQL_HOSTNAME"] = "127.0.0.1",
                ["MYSQL_PORT"] = port,
                ["MYSQL_DATABASE"] = Database,
                ["MYSQL_USERNAME"] = "guacamole",
                ["MYSQL_PASSWORD"] = _userPassword,
                ["GUACAMOLE_ADMIN_PASSWORD"] = AdminPassword,
                ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority),
                ["Logging__LogLevel__Default"] = "Warning",
            },
        })!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
