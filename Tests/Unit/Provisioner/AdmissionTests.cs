using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What can happen to a launch before it is sure: somebody stops it, hangs up, asks again, or the engine fails.</summary>
public sealed class AdmissionTests : IDisposable
{
    private static readonly Uri Desktops = new("/desktops", UriKind.Relative);

    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public AdmissionTests() => _patience.CancelAfter(Eventually.Patience);

    private CancellationToken Cancellation => _patience.Token;

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task A_stop_before_the_claim_saves_nothing_of_what_the_pool_s_Blender_holds()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        await host.PoolAsync(members => members is [{ Address: not null }]);
        var gate = Block(host);
        var launching = LaunchAsync(host, Cancellation);
        var desktop = await PendingAsync(host);
        await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), Cancellation);
        Assert.Equal("Stopped before it was ready.", (await host.WaitAsync(desktop.Id, DesktopState.Stopped)).Message);
        gate.SetResult();
        await launching;
        Assert.Equal(0, host.Agents.Saves);
        Assert.Empty(await CheckpointTests.SavesAsync(host));
        await Eventually.TrueAsync(() => host.Runtime.Claims.IsEmpty);
    }

    [Fact]
    public async Task Who_launches_the_same_is_promised_nothing_that_the_first_s_hanging_up_undoes()
    {
        await using var host = new ProvisionerHost();
        var gate = Block(host);
        using var tab = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var first = LaunchAsync(host, tab.Token);
        await PendingAsync(host);
        var second = LaunchAsync(host, Cancellation);
        await Task.WhenAny(second, Task.Delay(200, Cancellation));
        await tab.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        var desktop = (await (await second).Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
        await host.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.Equal(desktop.Id, Assert.Single(host.Runtime.Claims).Key);
    }

    [Fact]
    public async Task A_claim_that_fails_after_one_that_was_lost_leaves_nothing_and_touches_nothing_of_the_other_s()
    {
        await using var host = new ProvisionerHost { PoolSize = 1 };
        var taken = (await host.PoolAsync(members => members is [{ Address: not null }]))[0].Id;
        host.Runtime.Claims[taken] = new(taken, "berta", "cone", "cone.stl", null, DateTimeOffset.UtcNow);
        host.Runtime.Claiming = (claim, _) => claim.Id == taken
            ? Task.CompletedTask
            : Task.FromException(new ProblemException(503, "No", "The engine said no."));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await LaunchAsync(host, Cancellation)).StatusCode);
        Assert.Empty(host.Services.GetRequiredService<DesktopRegistry>().List());
        Assert.Equal(ContainerPhase.Running, host.Runtime.Containers[taken]);
    }

    private static TaskCompletionSource Block(ProvisionerHost host)
    {
        var gate = new TaskCompletionSource();
        host.Runtime.Claiming = (_, cancellation) => gate.Task.WaitAsync(cancellation);
        return gate;
    }

    private static async Task<HttpResponseMessage> LaunchAsync(ProvisionerHost host, CancellationToken cancellation)
    {
        using var form = ProvisionerHost.Form();
        return await host.Http.PostAsync(Desktops, form, cancellation);
    }

    private static async Task<ManagedDesktop> PendingAsync(ProvisionerHost host)
    {
        var registry = host.Services.GetRequiredService<DesktopRegistry>();
        await Eventually.TrueAsync(() => registry.List().Count > 0);
        return registry.List()[0];
    }
}
