using System.Net;
using System.Net.Sockets;
using System.Text;
using GuacAspire.Provisioner;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class GuacamoleAddressTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task To_Guacamole_the_provisioner_is_the_machine_itself_and_no_visitor_on_it()
    {
        using var guacamole = new TcpListener(IPAddress.Loopback, 0);
        guacamole.Start();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["Guacamole:Endpoint"] = $"http://127.0.0.1:{((IPEndPoint)guacamole.LocalEndpoint).Port}/guacamole";
        builder.Configuration["Guacamole:Username"] = builder.Configuration["Guacamole:Password"] = "unit";
        builder.AddProvisionerServices();
        await using var services = builder.Services.BuildServiceProvider();

        var asking = services.GetRequiredService<global::Guacamole.Client.GuacamoleClient>().IsValidAsync("token", Cancelled);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", await AnswerAsync(guacamole), StringComparison.OrdinalIgnoreCase);
        Assert.True(await asking);
    }

    /// <summary>Answers one request, and gives what it has said.</summary>
    private static async Task<string> AnswerAsync(TcpListener guacamole)
    {
        using var client = await guacamole.AcceptTcpClientAsync(Cancelled);
        var stream = client.GetStream();
        var said = new StringBuilder();
        var buffer = new byte[1024];
        while (!said.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, Cancelled) is > 0 and var read)
            said.Append(Encoding.ASCII.GetString(buffer, 0, read));
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Cancelled);
        return said.ToString();
    }
}
