using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>
/// Apache Guacamole's own JavaScript clients, as others build their pages on them, against the Gateway with a real guacd and Xvnc.
/// </summary>
public sealed class ClientLibraryTests(RunningSystem system, Chromium chromium, SharedDesktop shared) : IClassFixture<SharedDesktop>
{
    // The client opens a tunnel, and is asked now and then what it shows and what it complains of.
    private const string Page =
        """
        window.tunnels = {
          websocket: () => new Guacamole.WebSocketTunnel('/guacamole/websocket-tunnel'),
          http: () => new Guacamole.HTTPTunnel('/guacamole/tunnel'),
          chained: () => new Guacamole.ChainedTunnel(tunnels.websocket(), tunnels.http()),
          fallback: () => new Guacamole.ChainedTunnel(new Guacamole.WebSocketTunnel('/guacamole/nowhere'), tunnels.http()),
        };
        window.connect = (transport, query) => {
          window.errors = [];
          window.client = new Guacamole.Client(window.tunnels[transport]());
          client.onerror = status => errors.push(`client ${status.code} ${status.message}`);
          client.connect(query);
        };
        window.colours = () => {
          const display = client.getDisplay();
          if (!display.getWidth()) return 0;
          const canvas = display.flatten();
          const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
          return new Set(pixels).size;
        };
        window.point = (x, y) => client.sendMouseState(new Guacamole.Mouse.State(x, y, false, false, false, false, false));
        """;

    private const int EnoughForAPicture = 100;

    [Theory]
    [InlineData("1.5.0")]
    [InlineData("1.6.0")]
    public async Task EveryTunnelDrawsAndPassesInputOn(string version)
    {
        using var agent = new AgentClient(shared.Container);
        var page = await chromium.OpenAsync(new() { BaseURL = system.Address.ToString() });
        try
        {
            await page.GotoAsync("/guacamole/");
            var library = await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, "Data", $"guacamole-{version}.js"), TestContext.Current.CancellationToken);
            await page.AddScriptTagAsync(
                new() { Content = $"window.Guacamole = (module => {{ {library}\nreturn module.exports; }})({{}});" });
            await page.AddScriptTagAsync(new() { Content = Page });
            foreach (var transport in (string[])["websocket", "http", "chained", "fallback"])
                await DrawAsync(page, transport, agent);
        }
        finally
        {
            await Chromium.EndAsync(page.Context.Browser!);
        }
    }

    private async Task DrawAsync(IPage page, string transport, AgentClient agent)
    {
        var ticket = await shared.Owner.TicketAsync(shared.Desktop.Id);
        system.Secrets.Keep("a ticket's token", ticket.Token);
        await page.EvaluateAsync("([transport, query]) => connect(transport, query)", new[] { transport, Query(ticket) });
        await Eventually.GetAsync(
            async () => (Colours: await page.EvaluateAsync<int>("colours()"), Errors: await ErrorsAsync(page)),
            drawn => drawn.Colours > EnoughForAPicture,
            $"a picture by way of {transport}");
        var start = TimeProvider.System.GetTimestamp();
        var step = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                await page.EvaluateAsync("([x, y]) => point(x, y)", new[] { 300 + (20 * (++step % 10)), 300 });
                return (await agent.StatusAsync()).LastInput is { } seconds
                    && seconds < TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            },
            $"Blender to see the mouse by way of {transport}");
        await page.EvaluateAsync("client.disconnect()");
        Assert.Equal("[]", await ErrorsAsync(page));
    }

    private static Task<string> ErrorsAsync(IPage page) => page.EvaluateAsync<string>("JSON.stringify(errors)");

    private static string Query(Ticket ticket) => string.Join('&', new (string Name, string Value)[]
    {
        ("token", ticket.Token), ("GUAC_DATA_SOURCE", ticket.DataSource), ("GUAC_ID", ticket.Connection), ("GUAC_TYPE", ticket.Type),
        ("GUAC_WIDTH", "1280"), ("GUAC_HEIGHT", "800"), ("GUAC_DPI", "96"), ("GUAC_IMAGE", "image/png"), ("GUAC_IMAGE", "image/jpeg"),
    }.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
}
