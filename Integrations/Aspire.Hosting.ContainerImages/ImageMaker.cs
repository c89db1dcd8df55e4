using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ContainerImages;

/// <summary>
/// Makes every image of the model from the first moment of the start, those that others begin with first, and tells how it goes. The
/// orchestrator's own start ends only when everything that waits for an image has started, so this begins before it.
/// </summary>
internal sealed class ImageMaker(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService loggers, TimeProvider time,
    ILogger<ImageMaker> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan AgeInterval = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;
    private bool _isDisposed;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _work = Task.WhenAll(model.Resources.OfType<ContainerImageResource>().Select(
            image => Task.Run(() => KeepAsync(image, _stopping.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    // A build that nobody waits for any more must not hold up the end.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A test's host stops the application once more when the application itself has come to its end.
        if (_isDisposed)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _isDisposed = true;
        _stopping.Dispose();
    }

    private async Task KeepAsync(ContainerImageResource image, CancellationToken cancellationToken)
    {
        foreach (var below in image.Bases)
            await below.Availability.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (!await TryMakeAsync(image, cancellationToken).ConfigureAwait(false))
            await image.Orders.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        await TellAgeAsync(image, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryMakeAsync(ContainerImageResource image, CancellationToken cancellationToken)
    {
        var log = loggers.GetLogger(image);
        try
        {
            var inputs = image.Recipe.Inputs([.. image.Bases.Select(below => below.Id)]);
            var found = await ImageEngine.FindAsync(image.Reference, cancellationToken).ConfigureAwait(false);
            if (found is null || found.Inputs != inputs)
            {
                await PublishAsync(image, ContainerImageResource.Building, KnownResourceStateStyles.Info, startedAt: null).ConfigureAwait(false);
                await ImageEngine.RunAsync(
                    image.Recipe.Command(image.Reference, inputs), line => ImageLog.Line(log, line), cancellationToken).ConfigureAwait(false);
                found = await ImageEngine.FindAsync(image.Reference, cancellationToken).ConfigureAwait(false)
                    ?? throw new ImageException($"the command has ended well, but the engine has no image {image.Reference}");
            }

            (image.Id, image.Created) = (found.Id, found.Created);
            await PublishBuiltAsync(image).ConfigureAwait(false);
            image.Availability.SetBuilt();
            return true;
        }
        catch (Exception wrong) when (wrong is ImageException or IOException or UnauthorizedAccessException)
        {
            ImageLog.Failed(log, image.Name, wrong.Message);
            ImageLog.Failed(logger, image.Name, wrong.Message);
            await PublishAsync(image, ContainerImageResource.Failed, KnownResourceStateStyles.Error, startedAt: null, exitCode: 1).ConfigureAwait(false);
            return false;
        }
    }

    // "5 min ago" is true for a minute.
    private async Task TellAgeAsync(ContainerImageResource image, CancellationToken cancellationToken)
    {
        var told = image.Age(time.GetUtcNow());
        using var timer = new PeriodicTimer(AgeInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            var age = image.Age(time.GetUtcNow());
            if (age != told)
                await PublishBuiltAsync(image).ConfigureAwait(false);
            told = age;
        }
    }

    private Task PublishBuiltAsync(ContainerImageResource image) => PublishAsync(
        image, $"{ContainerImageResource.Built} {image.Age(time.GetUtcNow())}", KnownResourceStateStyles.Success, image.Created);

    private Task PublishAsync(ContainerImageResource image, string state, string style, DateTimeOffset? startedAt, int? exitCode = null) =>
        notifications.PublishUpdateAsync(image, snapshot => snapshot with
        {
            State = new ResourceStateSnapshot(state, style),
            StartTimeStamp = startedAt?.UtcDateTime,
            CreationTimeStamp = startedAt?.UtcDateTime,
            ExitCode = exitCode,
        });
}
