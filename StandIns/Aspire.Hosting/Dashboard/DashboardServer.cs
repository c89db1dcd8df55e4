using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Serves the dashboard on a loopback address for as long as the AppHost runs.</summary>
internal sealed partial class DashboardServer(
    IServiceProvider services, DashboardSettings settings, BrowserToken token, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("Aspire.Hosting.DistributedApplication");
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var port = settings.Port;
        try
        {
            _app = await ListenAsync(port, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure) when (port != 0 && failure.GetBaseException() is AddressInUseException or SocketException)
        {
            _app = await ListenAsync(0, cancellationToken).ConfigureAwait(false);
            LogPortTaken(port);
        }
        catch (IOException failure)
        {
            // The application is worth more than the page that shows it.
            LogNoDashboard(failure.Message);
            return;
        }

        var address = $"http://localhost:{new Uri(_app.Urls.First()).Port}";
        var login = $"{address}/login?t={Uri.EscapeDataString(token.Value)}";
        LogListening(address);
        LogLogin(login);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Streams never end by themselves, and the server would wait for them.
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_app is not null) await _app.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task<WebApplication> ListenAsync(int port, CancellationToken cancellationToken)
    {
        var app = DashboardPipeline.Build(services, loggers, kestrel =>
        {
            // Both loopback addresses where the port is known; the server picks a free one for a single address only.
            if (port == 0) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenLocalhost(port);
        }, _stopping.Token);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return app;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [LoggerMessage(EventId = 0, Level = LogLevel.Information, Message = "Now listening on: {DashboardUrl}")]
    private partial void LogListening(string dashboardUrl);

    [LoggerMessage(EventId = 0, Level = LogLevel.Information, Message = "Login to the dashboard at {LoginUrl}")]
    private partial void LogLogin(string loginUrl);

    [LoggerMessage(EventId = 0, Level = LogLevel.Warning,
        Message = "Port {Port} of the launch profile is taken, so the dashboard listens on a free one.")]
    private partial void LogPortTaken(int port);

    [LoggerMessage(EventId = 0, Level = LogLevel.Warning, Message = "The dashboard could not be started: {Reason}")]
    private partial void LogNoDashboard(string reason);
}
