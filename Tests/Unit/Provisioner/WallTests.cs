using System.Net;
using System.Text.Json;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class WallTests
{
    private const string Holds = "Tried from inside: it holds.";
    private const string Hole = "The firewall does not keep desktops from guacd.";

    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(null, "Healthy", Holds)]
    [InlineData(Hole, "Degraded", Hole)]
    public async Task A_hole_in_the_wall_is_a_warning_in_words(string? hole, string status, string description)
    {
        await using var host = new ProvisionerHost();
        host.Runtime.Hole = hole;
        await UntilAsync(host, status, description);
    }

    [Fact]
    public async Task It_is_tried_again_when_the_engine_was_away()
    {
        await using var host = new ProvisionerHost { Time = _time };
        await UntilAsync(host, "Healthy", Holds);
        host.Runtime.Hole = Hole;
        host.Runtime.Faults["wall"] = new EngineUnavailableException(new("unix:///engine"), new IOException());
        host.Runtime.Restart();
        // Nobody believes of another engine's wall what this one's was.
        await UntilAsync(host, "Healthy", "Not tried yet.", TimeSpan.FromSeconds(1));
        host.Runtime.Faults.Clear();
        await UntilAsync(host, "Degraded", Hole, TimeSpan.FromSeconds(3));
        host.Runtime.Hole = null;
        await UntilAsync(host, "Healthy", Holds, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task It_is_tried_again_now_and_then()
    {
        await using var host = new ProvisionerHost { Time = _time };
        await UntilAsync(host, "Healthy", Holds);
        Assert.Equal(1, host.Runtime.Trials);
        host.Runtime.Hole = Hole;
        await UntilAsync(host, "Degraded", Hole, TimeSpan.FromMinutes(10));
    }

    /// <summary>Waits for what the report says of the wall; so much time passes between one look at it and the next.</summary>
    private async Task UntilAsync(ProvisionerHost host, string status, string description, TimeSpan step = default)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await Eventually.TrueAsync(_time, step, async () =>
        {
            using var answer = await host.Anonymous.GetAsync(new Uri("/health", UriKind.Relative), cancellation);
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
            var wall = report.RootElement.GetProperty("checks").GetProperty("wall");
            return (wall.GetProperty("status").GetString(), wall.GetProperty("description").GetString()) == (status, description);
        });
    }
}
