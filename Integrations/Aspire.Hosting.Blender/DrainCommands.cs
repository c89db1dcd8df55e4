using System.Net.Http.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Blender;

/// <summary>Lets operators empty the provisioner's machine from the dashboard, and fill it again.</summary>
internal sealed class DrainCommands(ProvisionerCalls provisioner)
{
    public void AddTo(IResourceBuilder<IResourceWithEndpoints> builder)
    {
        builder.WithCommand("drain", "Drain", context => SendAsync(HttpMethod.Post, context.CancellationToken), new()
        {
            Description = "Starts no more desktops; those that run are saved and removed, a restart changes nothing about that.",
            ConfirmationMessage =
                "Every desktop is saved and removed when its owner's warning time is over, and none is started until you end the drain. "
                + "Begin?",
            IconName = "ArrowCircleDown",
            UpdateState = WhileRunning,
        });
        builder.WithCommand("end-drain", "End drain", context => SendAsync(HttpMethod.Delete, context.CancellationToken), new()
        {
            Description = "Starts desktops again.",
            IconName = "ArrowCircleUp",
            UpdateState = WhileRunning,
        });
    }

    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private Task<ExecuteCommandResult> SendAsync(HttpMethod method, CancellationToken cancellationToken) =>
        provisioner.CommandAsync(
            method, "drain",
            async (_, answer) =>
            {
                var drain = await answer.Content.ReadFromJsonAsync<Drain>(cancellationToken).ConfigureAwait(false);
                return CommandResults.Success(drain?.Message ?? "Done.");
            },
            cancellationToken);

    private sealed record Drain(string? Message);
}
