using System.Net;
using System.Text.Json;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class WallTests
{
    [Theory]
    [InlineData(null, "Healthy", "Tried from inside: it holds.")]
    [InlineData("The firewall does not keep desktops from guacd.", "Degraded", "The firewall does not keep desktops from guacd.")]
    public async Task A_hole_in_the_wall_is_a_warning_in_words(string? hole, string status, string description)
    {
        await using var host = new ProvisionerHost();
        host.Runtime.Hole = hole;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var answer = await host.Anonymous.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
            using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token));
            var wall = report.RootElement.GetProperty("checks").GetProperty("wall");
            if (wall.GetProperty("description").GetString() == "Not tried yet.")
            {
                await Task.Delay(50, patience.Token);
                continue;
            }

            Assert.Equal(status, wall.GetProperty("status").GetString());
            Assert.Equal(description, wall.GetProperty("description").GetString());
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            return;
        }
    }
}
