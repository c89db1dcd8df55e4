using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Pictures;

/// <summary>
/// Takes the picture of what has just been saved, in the desktop that has saved it: it shows the work as its owner last saw it. A save does
/// not fail for its picture.
/// </summary>
internal sealed partial class SavePhotographer(AgentClient agent, TimeProvider time, ILogger<SavePhotographer> logger)
{
    // Somebody may be waiting for the save, or for the stop behind it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task TryTakeAsync(DesktopAddress address, SavedFile saved, CancellationToken cancellationToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await SaveStore.AddPictureAsync(saved, await agent.TakePictureAsync(address, either.Token));
        }
        catch (Exception e) when (e is ProblemException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            LogNoPicture(saved.Name.Desktop, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "No picture of what desktop {Id} has saved: {Reason}")]
    private partial void LogNoPicture(string id, string reason);
}
