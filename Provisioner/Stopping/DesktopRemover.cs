using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Sharing;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>
/// Removes all that there is of a desktop. No failure keeps the rest from being removed; the reconciler tries again what is left.
/// </summary>
internal sealed partial class DesktopRemover(
    IDesktopRuntime runtime, DesktopAccess access, ShareLinks shares, LaunchFiles files, TimeProvider time, ILogger<DesktopRemover> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Never fails. Returns whether nothing is left.</summary>
    public async Task<bool> RemoveAsync(string id)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        var done = await Task.WhenAll(
            TryAsync(id, "container, network and claim", () => runtime.RemoveAsync(id, deadline.Token), deadline.Token),
            TryAsync(id, "connection and user", () => access.RetireAsync(id, deadline.Token), deadline.Token),
            TryAsync(id, "links", () => shares.EndAllAsync(id, deadline.Token), deadline.Token),
            TryAsync(
                id,
                "launch file",
                () =>
                {
                    files.Delete(id);
                    return Task.CompletedTask;
                },
                deadline.Token));
        return !done.Contains(false);
    }

    private async Task<bool> TryAsync(string id, string what, Func<Task> removal, CancellationToken deadline)
    {
        try
        {
            await removal();
            return true;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            LogLeft(null, id, what, $"That took more than {Timeout.TotalSeconds:0} seconds.");
            return false;
        }
        catch (Exception e)
        {
            var (reason, trace) = Failure.ForLog(e);
            LogLeft(trace, id, what, reason);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Of desktop {Id}, {What} could not be removed yet: {Reason}")]
    private partial void LogLeft(Exception? exception, string id, string what, string reason);
}
