using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Guacamole;

/// <summary>Asks guacd for the arguments of VNC: one that only accepts connections, or lacks VNC, is not healthy.</summary>
internal sealed class GuacdHealthCheck(GuacdResource guacd) : IHealthCheck
{
    private static readonly byte[] SelectVnc = "6.select,3.vnc;"u8.ToArray();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!guacd.PrimaryEndpoint.IsAllocated)
            return HealthCheckResult.Unhealthy("guacd has no address yet.");
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(TimeSpan.FromSeconds(5));
            var host = await guacd.Host.GetValueAsync(timeout.Token);
            var port = await guacd.Port.GetValueAsync(timeout.Token);
            using var client = new TcpClient();
            await client.ConnectAsync(host!, int.Parse(port!, CultureInfo.InvariantCulture), timeout.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(SelectVnc, timeout.Token);
            var buffer = new byte["4.args".Length];
            await stream.ReadExactlyAsync(buffer, timeout.Token);
            return Encoding.ASCII.GetString(buffer) == "4.args"
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("guacd answers, but cannot speak VNC.");
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("guacd does not answer.", error);
        }
    }
}
