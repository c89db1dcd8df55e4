using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    private bool _isRunning;

    public IServiceProvider Services => host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Whether somebody else wants to hear what fails, instead of the console.</summary>
    internal bool IsObserved { get; set; }

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        new DistributedApplicationBuilder(options);

    public virtual void Dispose()
    {
        StopIfRunningAsync().GetAwaiter().GetResult();
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopIfRunningAsync().ConfigureAwait(false);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync().ConfigureAwait(false);
        else host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await BeforeStartAsync(cancellationToken).ConfigureAwait(false);
        _isRunning = true;
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public virtual Task StopAsync(CancellationToken cancellationToken = default)
    {
        _isRunning = false;
        return host.StopAsync(cancellationToken);
    }

    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var stopping = Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            _isRunning = false;
        }
        catch (OrchestrationException failure) when (!IsObserved)
        {
            // What the user can mend is told in one line; a stack trace would bury it.
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Ctrl-C while it was still starting.
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Run() => RunAsync().GetAwaiter().GetResult();

    // Whoever lets go of an application without stopping it must not leave its containers behind.
    private async Task StopIfRunningAsync()
    {
        if (!_isRunning) return;
        try
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Its time was up; what is left then is removed by the next start.
        }
    }

    private async Task BeforeStartAsync(CancellationToken cancellationToken)
    {
        var eventing = Services.GetRequiredService<IDistributedApplicationEventing>();
        var context = Services.GetRequiredService<DistributedApplicationExecutionContext>();
        if (context.IsPublishMode)
        {
            throw new OrchestrationException(
                "Publishing needs the genuine Aspire packages, and this build uses their stand-ins: build where NuGet has Aspire.Hosting.AppHost (see StandIns/README.md).");
        }

        foreach (var subscriber in Services.GetServices<IDistributedApplicationEventingSubscriber>())
            await subscriber.SubscribeAsync(eventing, context, cancellationToken).ConfigureAwait(false);

        var model = Services.GetRequiredService<DistributedApplicationModel>();
        await eventing.PublishAsync(new BeforeStartEvent(Services, model), cancellationToken).ConfigureAwait(false);
    }
}
