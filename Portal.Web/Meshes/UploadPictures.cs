using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>
/// Has a picture taken of every upload, one after the other, in the background. What cannot be done now is tried again later, after all
/// others; what Blender cannot read stays without.
/// </summary>
internal sealed partial class UploadPictures(
    UploadStore uploads, IServiceScopeFactory scopes, ILogger<UploadPictures> logger) : BackgroundService
{
    // A file can bring down Blender, each time anew.
    private const int Attempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly Doorbell _poked = new();
    private readonly Dictionary<string, int> _failures = [];

    /// <summary>Has it looked soon whether there is a new upload.</summary>
    public void Poke() => _poked.Ring();

    public override void Dispose()
    {
        _poked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var isDone = false;
            try
            {
                await QuietTraces.RunAsync(nameof(UploadPictures), async token => isDone = await TakeAllAsync(token), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }

            await _poked.WaitAsync(isDone ? Timeout.InfiniteTimeSpan : Pause, stoppingToken);
        }
    }

    /// <summary>One round; false when there is something to be tried again.</summary>
    private async Task<bool> TakeAllAsync(CancellationToken cancellationToken)
    {
        foreach (var id in _failures.Keys.Except(uploads.WithoutPicture().Select(mesh => mesh.Id)).ToList())
            _failures.Remove(id);
        var isDone = true;
        var taken = new HashSet<string>();
        var turns = new Dictionary<string, int>();
        while (Next(taken, turns) is { Info.Owner: { } owner } mesh)
        {
            taken.Add(mesh.Id);
            turns[owner] = turns.GetValueOrDefault(owner) + 1;
            try
            {
                isDone &= await TryTakeAsync(mesh, cancellationToken);
            }
            catch (ApiException e) when (e.Status == StatusCodes.Status503ServiceUnavailable)
            {
                // Of any other nothing else would come.
                LogLater(mesh.Id, e.Message);
                return false;
            }
        }

        return isDone;
    }

    /// <summary>What is to be taken next in a round: owners take turns, so that whose files hang Blender waits for himself.</summary>
    private Mesh? Next(HashSet<string> taken, Dictionary<string, int> turns) => uploads.WithoutPicture()
        .Where(mesh => mesh.Info.Owner is not null && !taken.Contains(mesh.Id) && _failures.GetValueOrDefault(mesh.Id) < Attempts)
        .OrderBy(mesh => turns.GetValueOrDefault(mesh.Info.Owner!)).ThenBy(mesh => _failures.GetValueOrDefault(mesh.Id))
        .FirstOrDefault();

    /// <summary>Takes one; false when it is to be tried again.</summary>
    private async Task<bool> TryTakeAsync(Mesh mesh, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var file = mesh.OpenRead();
            var picture = await scope.ServiceProvider.GetRequiredService<ProvisionerClient>()
                .TakePictureAsync(mesh.FileName, file, cancellationToken);
            await uploads.AddPictureAsync(mesh, picture, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted meanwhile.
            return true;
        }
        catch (ApiException e) when (e.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType
            or StatusCodes.Status422UnprocessableEntity)
        {
            LogHopeless(mesh.Id, e.Message);
            _failures[mesh.Id] = Attempts;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is not ApiException { Status: StatusCodes.Status503ServiceUnavailable })
        {
            LogLater(mesh.Id, e.Message);
            _failures[mesh.Id] = _failures.GetValueOrDefault(mesh.Id) + 1;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at uploads without a picture failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The upload {Id} stays without a picture: {Reason}")]
    private partial void LogHopeless(string id, string reason);

    [LoggerMessage(LogLevel.Information, "The picture of upload {Id} is taken later: {Reason}")]
    private partial void LogLater(string id, string reason);
}
