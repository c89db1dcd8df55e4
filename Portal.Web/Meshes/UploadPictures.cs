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
        foreach (var mesh in uploads.WithoutPicture().Where(mesh => _failures.GetValueOrDefault(mesh.Id) < Attempts).ToList())
        {
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
                or StatusCodes.Status422UnprocessableEntity)
            {
                LogHopeless(mesh.Id, e.Message);
                _failures[mesh.Id] = Attempts;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogLater(mesh.Id, e.Message);
                if (e is not ApiException { Status: StatusCodes.Status503ServiceUnavailable })
                    _failures[mesh.Id] = _failures.GetValueOrDefault(mesh.Id) + 1;
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(LogLevel.Error, "The look at uploads without a picture failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The upload {Id} stays without a picture: {Reason}")]
    private partial void LogHopeless(string id, string reason);

    [LoggerMessage(LogLevel.Information, "The picture of upload {Id} is taken later: {Reason}")]
    private partial void LogLater(string id, string reason);
}
