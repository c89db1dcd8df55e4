using GuacAspire.Provisioner.Launching;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Saving;

/// <summary>Saves a desktop that goes on.</summary>
internal sealed class SaveOnRequest(DesktopSaver saver, IOptions<DesktopsOptions> options, TimeProvider time)
{
    /// <summary>Returns when the file is safe. Not cancelled with the request: a save that has begun is wanted.</summary>
    public async Task<Desktop> SaveAsync(ManagedDesktop desktop)
    {
        await desktop.Exclusive.WaitAsync(CancellationToken.None);
        try
        {
            using var deadline = new CancellationTokenSource(options.Value.SaveTimeout, time);
            // A stop saves by itself, and must not wait for a Blender that hangs twice.
            using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, desktop.StopRequested);
            if (end.IsCancellationRequested || !desktop.TryBecome(DesktopState.Saving, "Saving your work"))
                throw Conflict(desktop);
            await SaveAsync(desktop, end.Token);
            return desktop.Current;
        }
        finally
        {
            desktop.Exclusive.Release();
        }
    }

    private async Task SaveAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var message = "Saved";
        try
        {
            await saver.SaveAsync(desktop, isCheckpoint: false, cancellationToken);
        }
        catch (OperationCanceledException) when (desktop.StopRequested.IsCancellationRequested)
        {
            message = "Stopping";
            throw Conflict(desktop);
        }
        catch (OperationCanceledException e)
        {
            message = "Blender did not save in time.";
            desktop.NotSaved(message);
            throw new ProblemException(
                StatusCodes.Status504GatewayTimeout,
                message,
                $"It took more than {options.Value.SaveTimeout.TotalSeconds:0} seconds. The desktop goes on; try again when it is less busy.",
                e);
        }
        catch (Exception e)
        {
            message = $"Saving failed: {Failure.Describe(e)}";
            throw;
        }
        finally
        {
            desktop.TryBecome(DesktopState.Ready, message);
        }
    }

    private static ProblemException Conflict(ManagedDesktop desktop)
    {
        var state = desktop.OverTimestamp is null && desktop.StopRequested.IsCancellationRequested
            ? "being stopped, and saved before"
            : desktop.Current.State.ToString().ToLowerInvariant();
        return new(
            StatusCodes.Status409Conflict, "The desktop cannot be saved now", $"It is {state}; only a desktop that is ready can be saved.");
    }
}
