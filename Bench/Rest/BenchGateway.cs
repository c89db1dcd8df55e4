using System.Diagnostics;
using System.Globalization;

namespace GuacAspire.Bench.Rest;

/// <summary>The Gateway as it is deployed: a Release build in a process of its own, on a database that its schema step has prepared.</summary>
internal sealed class BenchGateway(BenchDatabase database, params IEnumerable<(string Name, string Value)> settings) : IAsyncDisposable
{
    private const string Database = "guacamole";
    private Process? _process;

    public int ProcessId => _process!.Id;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}/guacamole/");

    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using (var schema = Start("schema"))
        {
            await schema.WaitForExitAsync(cancellationToken);
            if (schema.ExitCode != 0)
                throw new InvalidOperationException("The schema step failed.");
        }

        _process = Start();
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

    private Process Start(params string[] arguments)
    {
        var assembly = Path.Combine(Folders.Repository, "Gateway", "bin", "Release", "net10.0", "GuacAspire.Gateway.dll");
        if (!File.Exists(assembly))
            throw new InvalidOperationException("Build the Gateway first: dotnet build Gateway -c Release");
        var port = database.PublishedPort.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = false,
            Environment =
            {
                ["ConnectionStrings__guacamole-db"] = $"Server=127.0.0.1;Port={port};User ID=root;Password={database.RootPassword};Database={Database}",
                ["MYSQL_HOSTNAME"] = "127.0.0.1",
                ["MYSQL_PORT"] = port,
                ["MYSQL_DATABASE"] = Database,
                ["MYSQL_USERNAME"] = "guacamole",
                ["MYSQL_PASSWORD"] = database.UserPassword,
                ["GUACAMOLE_ADMIN_PASSWORD"] = database.AdminPassword,
                ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority),
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
