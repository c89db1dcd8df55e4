using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>
/// Has a picture taken of every upload, one after the other, in the background. What cannot be done now is tried again later; what Blender
/// cannot read stays without.
/// </summary>
internal sealed partial class UploadPictures(
    UploadStore uploads, IServiceScopeFactory scopes, ILogger<UploadPictures> logger) : BackgroundService
{
    // A file can bring down Blender, each time anew.
    private const int Attempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly Doorbell _poked = new();
    private readonly Dictionary<string, int> _failures = [];

    private readonly Turns _turns = new();

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
        var isDone = true;
        var tried = new HashSet<string>();
        while (Next(tried) is { } mesh)
        {
            tried.Add(mesh.Id);
            _turns.Take(mesh.Info.Owner!);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await using var file = mesh.OpenRead();
                var picture = await scope.ServiceProvider.GetRequiredService<ProvisionerClient>()
                    .TakePictureAsync(mesh.FileName, file, cancellationToken);
                await uploads.AddPictureAsync(mesh, picture, cancellationToken);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Deleted meanwhile.
            }
            catch (ApiException e) when (e.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType
                or StatusCodes.Status422UnprocessableEntity or StatusCodes.Status504GatewayTimeout)
            {
                // What hangs Blender once does so again, and nobody else has a picture taken meanwhile.
                LogHopeless(mesh.Id, e.Message);
                _failures[mesh.Id] = Attempts;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogLater(mesh.Id, e.Message);
                // Then it is so for all.
                if (e is ApiException { Status: StatusCodes.Status503ServiceUnavailable } || e.IsDiskFull())
                    return false;
                _failures[mesh.Id] = _failures.GetValueOrDefault(mesh.Id) + 1;
                isDone = false;
            }
        }

        Forget();
        return isDone;
    }

    /// <summary>What is to be tried next: of the owner whose turn is longest ago. Whatever has come meanwhile counts.</summary>
    private Mesh? Next(HashSet<string> tried) => uploads.WithoutPicture()
        .Where(mesh => !tried.Contains(mesh.Id) && _failures.GetValueOrDefault(mesh.Id) < Attempts)
        .MinBy(mesh => (_failures.GetValueOrDefault(mesh.Id), _turns.LastOf(mesh.Info.Owner!), mesh.Id));

    private void Forget()
    {
        var left = uploads.WithoutPicture().ToList();
        foreach (var id in _failures.Keys.Except(left.Select(mesh => mesh.Id)).ToList())
            _failures.Remove(id);
        _turns.Keep(left.Select(mesh => mesh.Info.Owner!));
    }

    [LoggerMessage(LogLevel.Error, "The look at uploads without a picture failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The upload {Id} stays without a picture: {Reason}")]
    private partial void LogHopeless(string id, string reason);

    [LoggerMessage(LogLevel.Information, "The picture of upload {Id} is taken later: {Reason}")]
    private partial void LogLater(string id, string reason);
}
