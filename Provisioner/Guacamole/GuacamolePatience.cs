using Guacamole.Client;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// Waits for a Guacamole that is away, or whose database is, as either is when it has crashed and is started again. What is given to it is
/// done again from the start, so it has to find what an attempt has left of which no answer came.
/// </summary>
internal sealed partial class GuacamolePatience(IOptions<GuacamoleOptions> options, TimeProvider time, ILogger<GuacamolePatience> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Somebody has asked and waits for an answer, and can ask again.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    /// <summary>For a launch, which can wait and would be undone otherwise.</summary>
    /// <param name="call">What needs Guacamole.</param>
    /// <param name="waiting">Told in words, for as long as Guacamole has to be waited for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when it is done, or Guacamole has been away for too long.</returns>
    public Task LongAsync(Func<Task> call, Action<string> waiting, CancellationToken cancellationToken) =>
        WaitAsync(
            async () =>
            {
                await call();
                return true;
            },
            options.Value.Patience,
            waiting,
            cancellationToken);

    /// <summary>For somebody who waits for the answer.</summary>
    public Task<T> ShortAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        WaitAsync(call, Short < options.Value.Patience ? Short : options.Value.Patience, _ => { }, cancellationToken);

    private async Task<T> WaitAsync<T>(Func<Task<T>> call, TimeSpan longest, Action<string> waiting, CancellationToken cancellationToken)
    {
        var (began, isLogged) = (time.GetTimestamp(), false);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (GuacamoleException e) when (e.IsPassing && time.GetElapsedTime(began) < longest)
            {
                if (!isLogged)
                    LogAway(e.Message);
                isLogged = true;
                // Again and again: what goes on meanwhile has words of its own.
                waiting("Waiting for Guacamole, which does not answer just now");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Guacamole is waited for: {Reason}")]
    private partial void LogAway(string reason);
}
