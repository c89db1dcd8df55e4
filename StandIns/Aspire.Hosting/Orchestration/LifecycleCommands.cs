using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class LifecycleCommands
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public static void Add(IResource resource, ResourceRunner runner)
    {
        Command(KnownResourceCommands.StartCommand, "Start", "Play",
            state => IsDown(state) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            _ => runner.BeginAsync());
        Command(KnownResourceCommands.StopCommand, "Stop", "Stop",
            state => IsDown(state) ? ResourceCommandState.Hidden : ResourceCommandState.Enabled,
            token => runner.StopAsync(Grace, final: false, token));
        Command(KnownResourceCommands.RestartCommand, "Restart", "ArrowCounterclockwise",
            state => state == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, async token =>
            {
                await runner.StopAsync(Grace, final: false, token).ConfigureAwait(false);
                await runner.BeginAsync().ConfigureAwait(false);
            });

        void Command(
            string name, string displayName, string icon, Func<string?, ResourceCommandState> state, Func<CancellationToken, Task> execute)
        {
            if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(a => a.Name == name)) return;
            resource.Annotations.Add(
                new ResourceCommandAnnotation(name, displayName, context => state(context.ResourceSnapshot.State?.Text), async context =>
            {
                await execute(context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success();
            }, null, null, null, icon, IconVariant.Filled, isHighlighted: name != KnownResourceCommands.RestartCommand));
        }
    }

    private static bool IsDown(string? state) =>
        state is null || state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state);
}
