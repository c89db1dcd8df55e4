using System.Text.Json;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>The samples: <c>catalogue.json</c> and the files beside it. A changed catalogue is read again.</summary>
internal sealed partial class SampleCatalogue(
    IOptions<MeshesOptions> options, IHostEnvironment environment, ILogger<SampleCatalogue> logger)
{
    private readonly string _directory = Path.GetFullPath(options.Value.Directory, environment.ContentRootPath);
    private readonly Lock _lock = new();
    private DateTime _readAt;
    private IReadOnlyList<Mesh> _samples = [];

    public IReadOnlyList<Mesh> List()
    {
        var file = Path.Combine(_directory, "catalogue.json");
        lock (_lock)
        {
            var writtenAt = File.GetLastWriteTimeUtc(file);
            if (writtenAt == _readAt)
                return _samples;
            _readAt = writtenAt;
            try
            {
                var entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllBytes(file), JsonSerializerOptions.Web) ?? [];
                _samples = entries.Select(ToMesh).OfType<Mesh>().ToList();
            }
            catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
            {
                LogUnreadable(file, exception.Message);
            }

            return _samples;
        }
    }

    private Mesh? ToMesh(Entry entry)
    {
        var file = new FileInfo(Path.Combine(_directory, Path.GetFileName(entry.File)));
        if (!file.Exists)
        {
            LogMissing(entry.Id, file.FullName);
            return null;
        }

        var thumbnail = Path.Combine(_directory, Path.GetFileName(entry.Id) + ".png");
        var hasThumbnail = File.Exists(thumbnail);
        return new Mesh(
            new MeshInfo(
                entry.Id, entry.Name, entry.Format.TrimStart('.').ToLowerInvariant(), file.Length, entry.Triangles,
                Owner: null, hasThumbnail ? $"/api/meshes/{entry.Id}/thumbnail.png" : null),
            file.FullName,
            hasThumbnail ? thumbnail : null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The samples' catalogue {File} could not be read: {Reason}")]
    private partial void LogUnreadable(string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sample {Id} is left out: {File} does not exist")]
    private partial void LogMissing(string id, string file);

    private sealed record Entry(string Id, string Name, string Format, string File, long? Triangles);
}
