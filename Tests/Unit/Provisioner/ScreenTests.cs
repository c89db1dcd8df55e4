using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;

namespace GuacAspire.Tests.Unit.Provisioner;

public class ScreenTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1281, 719, 1281, 719)]
    [InlineData(1920, 1200, 1920, 1200)]
    [InlineData(2560, 1440, 1920, 1080)]
    [InlineData(1000, 2000, 600, 1200)]
    [InlineData(3840, 2160, 1920, 1080)]
    public void A_screen_keeps_its_shape_within_the_largest(int width, int height, int expectedWidth, int expectedHeight) =>
        Assert.Equal(new(expectedWidth, expectedHeight), new ScreenSize(width, height).Within(ScreenSizes.Parse("1920x1200")));

    [Fact]
    public async Task A_desktop_takes_the_size_of_the_window_up_to_the_largest()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        using var response = await PutAsync(host, desktop.Id, new { width = 2560, height = 1440 });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new ScreenSize(1920, 1080), await response.Content.ReadFromJsonAsync<ScreenSize>(Cancellation));
        Assert.Equal("""{"width":1920,"height":1080}""", Assert.Single(host.Agents.Screens));
    }

    [Theory]
    [InlineData(319, 800)]
    [InlineData(1280, 239)]
    [InlineData(3841, 800)]
    [InlineData(1280, 2161)]
    [InlineData(-1, -1)]
    public async Task What_is_no_screen_is_refused(int width, int height)
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        await ShouldRefuseAsync(await PutAsync(host, desktop.Id, new { width, height }), HttpStatusCode.BadRequest);
        await ShouldRefuseAsync(await PutAsync(host, desktop.Id, new { width = "wide" }), HttpStatusCode.BadRequest);
        Assert.Empty(host.Agents.Screens);
    }

    [Fact]
    public async Task Only_a_desktop_that_is_ready_has_a_screen()
    {
        await using var host = new ProvisionerHost();
        await ShouldRefuseAsync(await PutAsync(host, "nobody", new { width = 1280, height = 800 }), HttpStatusCode.NotFound);
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        await ShouldRefuseAsync(await PutAsync(host, desktop.Id, new { width = 1280, height = 800 }), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_desktop_that_cannot_is_said_in_words()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.ScreenAnswer = HttpStatusCode.InternalServerError;
        await ShouldRefuseAsync(await PutAsync(host, desktop.Id, new { width = 1280, height = 800 }), HttpStatusCode.BadGateway);
    }

    [Theory]
    [InlineData(1600, 900, 1600, 900)]
    [InlineData(3840, 2160, 1920, 1080)]
    [InlineData(3840, 240, null, null)]
    public async Task A_launch_that_names_a_size_has_its_desktop_made_with_it(int width, int height, int? madeWidth, int? madeHeight)
    {
        await using var host = new ProvisionerHost();
        var desktop = await LaunchAsync(host, width, height);
        await host.WaitAsync(desktop.Id, DesktopState.Ready);
        var made = host.Runtime.Screens[desktop.Id];
        Assert.Equal((madeWidth, madeHeight), (made?.Width, made?.Height));
        Assert.Empty(host.Agents.Screens);
    }

    [Fact]
    public async Task A_launch_that_finds_a_desktop_ready_gives_it_its_size_before_the_mesh_is_opened()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        await host.PoolAsync(members => members is [{ Address: not null }]);
        host.Agents.OpenAnswer = HttpStatusCode.UnprocessableEntity;
        var desktop = await LaunchAsync(host, 1600, 900);
        await host.WaitAsync(desktop.Id, DesktopState.Failed);
        Assert.Equal("""{"width":1600,"height":900}""", Assert.Single(host.Agents.Screens));
    }

    [Fact]
    public async Task A_launch_does_not_fail_for_its_screen()
    {
        await using var host = new ProvisionerHost();
        host.Agents.ScreenAnswer = HttpStatusCode.InternalServerError;
        await host.WaitAsync((await LaunchAsync(host, 1600, 900)).Id, DesktopState.Ready);
    }

    [Theory]
    [InlineData(1600, null)]
    [InlineData(null, 900)]
    [InlineData(1, 1)]
    public async Task A_launch_with_half_a_size_is_refused(int? width, int? height)
    {
        await using var host = new ProvisionerHost();
        using var form = ProvisionerHost.Form(width: width, height: height);
        await ShouldRefuseAsync(await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation), HttpStatusCode.BadRequest);
        Assert.True(host.HasNothing);
    }

    private static async Task<Desktop> LaunchAsync(ProvisionerHost host, int width, int height)
    {
        using var form = ProvisionerHost.Form(width: width, height: height);
        using var response = await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation);
        return (await response.Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
    }

    private static Task<HttpResponseMessage> PutAsync(ProvisionerHost host, string id, object size) =>
        host.Http.PutAsJsonAsync(new Uri($"/desktops/{id}/screen", UriKind.Relative), size, Cancellation);

    private static async Task ShouldRefuseAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            Assert.Equal(status, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.DoesNotContain("   at ", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }
}
