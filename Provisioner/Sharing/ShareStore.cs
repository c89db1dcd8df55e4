using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>
/// All links, a small file each, so that they outlive this process. Nobody is told what is not in the file yet. Here their times are by a
/// clock that nobody can set; in the files, which another process reads, they are dates.
/// </summary>
internal sealed partial class ShareStore
{
    private const string Extension = ".json";

    private readonly ConcurrentDictionary<string, ShareLink> _links = new();
    private readonly Lock _writing = new();
    private readonly string _directory;
    private readonly ILogger<ShareStore> _logger;
    private TimeSpan _ahead;

    public ShareStore(IOptions<DesktopsOptions> options, TimeProvider time, ILogger<ShareStore> logger)
    {
        _directory = Path.Combine(options.Value.Store, "shares");
        (Clock, _logger) = (new(time), logger);
        WholeFolder.Create(_directory);
        foreach (var file in Directory.EnumerateFiles(_directory))
            Load(file);
    }

    /// <summary>What all times of links are reckoned by.</summary>
    public SteadyClock Clock { get; }

    public IEnumerable<ShareLink> All => _links.Values;

    public IReadOnlyList<ShareLink> Of(string desktop) =>
        [.. _links.Values.Where(link => link.Desktop == desktop).OrderBy(link => link.CreatedAt)];

    public ShareLink? Find(string id) => _links.GetValueOrDefault(id);

    public ShareLink? FindByHash(byte[] hash) =>
        _links.Values.FirstOrDefault(link => CryptographicOperations.FixedTimeEquals(link.Hash, hash));

    /// <summary>Adds a link unless <paramref name="refuse"/> finds a reason among those that there are.</summary>
    public void Add(ShareLink link, Action refuse)
    {
        lock (_writing)
        {
            refuse();
            Write(link);
        }
    }

    /// <summary>Changes a link that is still there; null from <paramref name="change"/> leaves it as it is.</summary>
    /// <returns>Whether it was changed.</returns>
    public bool TryChange(string id, Func<ShareLink, ShareLink?> change)
    {
        lock (_writing)
        {
            if (Find(id) is not { } link || change(link) is not { } changed)
                return false;
            Write(changed);
            return true;
        }
    }

    public void Remove(string id)
    {
        lock (_writing)
        {
            File.Delete(FileOf(id));
            _links.TryRemove(id, out _);
        }
    }

    /// <summary>Writes all links anew when somebody has set the machine's clock: their dates would mislead the next process.</summary>
    public void KeepDates()
    {
        var ahead = Clock.Shown(DateTimeOffset.UnixEpoch)!.Value - DateTimeOffset.UnixEpoch;
        if (ahead == _ahead)
            return;
        foreach (var link in All)
            TryChange(link.Id, one => one);
        _ahead = ahead;
    }

    private string FileOf(string id) => Path.Combine(_directory, id + Extension);

    private void Write(ShareLink link)
    {
        WholeFile.Write(FileOf(link.Id), JsonSerializer.SerializeToUtf8Bytes(link.Moved(at => Clock.Shown(at)!.Value)));
        _links[link.Id] = link;
    }

    // Of how long ago it was there is only its date. One of the future is of before somebody set the clock back, and a link gets no more
    // than its whole time for that.
    private ShareLink TakeUp(ShareLink link) =>
        link.CreatedAt - Clock.Now is var early && early > TimeSpan.Zero ? link.Moved(at => at - early) : link;

    private void Load(string file)
    {
        try
        {
            if (Path.GetExtension(file) == Extension && JsonSerializer.Deserialize<ShareLink>(File.ReadAllBytes(file)) is { } link)
                _links[link.Id] = TakeUp(link);
            else
                File.Delete(file);
        }
        catch (JsonException e)
        {
            LogUnreadable(e, file);
            File.Delete(file);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The link's file {File} could not be read and was removed")]
    private partial void LogUnreadable(Exception exception, string file);
}
