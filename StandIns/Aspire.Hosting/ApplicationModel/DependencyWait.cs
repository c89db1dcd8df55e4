using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Holds one resource back until everything it waits for is as far as it has to be.</summary>
internal sealed partial class DependencyWait(ResourceNotificationService notifications, IResource resource)
{
    private readonly ILogger _logger = notifications.Loggers.GetLogger(resource);
    private readonly HashSet<string> _pending = new(StringComparer.OrdinalIgnoreCase);

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Where(w => w.Resource is not IResourceWithoutLifetime).ToArray();
        if (waits.Length == 0) return;

        foreach (var wait in waits) _pending.Add(wait.Resource.Name);
        await ShowAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(waits.Select(w => WaitForAsync(w, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            lock (_pending) _pending.Clear();
            await ShowAsync().ConfigureAwait(false);
        }
    }

    private async Task WaitForAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var behavior = wait.WaitBehavior ?? notifications.DefaultWaitBehavior;
        switch (wait.WaitType)
        {
            case WaitType.WaitForCompletion:
                LogWaiting(wait.Resource.Name, "completion");
                await CompletedAsync(wait, cancellationToken).ConfigureAwait(false);
                break;
            case WaitType.WaitUntilStarted:
                LogWaiting(wait.Resource.Name, KnownResourceStates.Running);
                await RunningAsync(wait, behavior, cancellationToken).ConfigureAwait(false);
                break;
            default:
                LogWaiting(wait.Resource.Name, nameof(HealthStatus.Healthy));
                await RunningAsync(wait, behavior, cancellationToken).ConfigureAwait(false);
                await notifications.WaitForResourceHealthyAsync(wait.Resource.Name, behavior, cancellationToken).ConfigureAwait(false);
                break;
        }

        lock (_pending) _pending.Remove(wait.Resource.Name);
        LogFinished(wait.Resource.Name);
        await ShowAsync().ConfigureAwait(false);
    }

    private async Task RunningAsync(WaitAnnotation wait, WaitBehavior behavior, CancellationToken cancellationToken)
    {
        var told = false;
        var change = await notifications.WaitForResourceAsync(wait.Resource.Name, e =>
        {
            if (e.Snapshot.State?.Text == KnownResourceStates.Running) return true;
            if (!e.Snapshot.IsUnavailable()) return false;
            if (!told) LogUnavailable(wait.Resource.Name, e.Snapshot.State!.Text);
            told = true;
            return behavior == WaitBehavior.StopOnResourceUnavailable;
        }, cancellationToken).ConfigureAwait(false);

        if (change.Snapshot.State?.Text == KnownResourceStates.Running) return;
        throw new DistributedApplicationException(change.Snapshot.State?.Text == KnownResourceStates.FailedToStart
            ? $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it failed to start."
            : $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it entered the '{change.Snapshot.State?.Text}' state prematurely.");
    }

    private async Task CompletedAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var change = await notifications.WaitForResourceAsync(wait.Resource.Name,
            e => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text), cancellationToken).ConfigureAwait(false);
        var snapshot = change.Snapshot;
        if (snapshot.State!.Text == KnownResourceStates.FailedToStart)
        {
            LogUnavailable(wait.Resource.Name, snapshot.State.Text);
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it failed to start.");
        }

        if (snapshot.ExitCode is { } code && code != wait.ExitCode)
        {
            LogExitCode(wait.Resource.Name, code, wait.ExitCode);
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it entered the '{snapshot.State.Text}' state with exit code '{code}', expected '{wait.ExitCode}'.");
        }
    }

    private Task ShowAsync()
    {
        string waitingFor;
        lock (_pending) waitingFor = string.Join(", ", _pending);
        return notifications.PublishUpdateAsync(resource, snapshot => snapshot with
        {
            State = waitingFor.Length > 0 ? KnownResourceStates.Waiting : snapshot.State,
            Properties = snapshot.Properties.RemoveAll(p => p.Name == WaitingForProperty) is var others && waitingFor.Length > 0
                ? others.Add(new(WaitingForProperty, waitingFor)) : others,
        });
    }

    internal const string WaitingForProperty = "resource.waitingFor";

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' ({State}).")]
    private partial void LogWaiting(string name, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource '{Name}'.")]
    private partial void LogFinished(string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Still waiting: dependency resource '{Name}' is in the '{State}' state.")]
    private partial void LogUnavailable(string name, string state);

    [LoggerMessage(Level = LogLevel.Error, Message = "Resource '{Name}' has ended with exit code {ExitCode}, expected {Expected}.")]
    private partial void LogExitCode(string name, int exitCode, int expected);
}
