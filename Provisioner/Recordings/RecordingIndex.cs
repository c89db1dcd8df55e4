using System.Collections.Concurrent;
using System.Text.Json;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>Whose desktop has been recorded, which outlives the desktop; and where Guacamole's history holds what was recorded.</summary>
internal sealed record RecordedDesktop(
    string Desktop, string Owner, string Mesh, string FileName, DateTimeOffset Since, IReadOnlyDictionary<string, HistoryPlace> Recordings);

/// <summary>A row of Guacamole's history and the name of its log.</summary>
internal sealed record HistoryPlace(string Record, string Log, DateTimeOffset StartedAt);

/// <summary>Keeps one small file for each desktop that has been recorded, apart from what guacd can write.</summary>
internal sealed class RecordingIndex(IOptions<DesktopsOptions> options, DesktopIds ids)
{
    private const string Extension = ".json";

    private readonly string _directory = Path.Combine(options.Value.Store, "recorded");
    private readonly ConcurrentDictionary<string, RecordedDesktop> _known = new();
    private readonly Lock _lock = new();
    private volatile bool _read;

    public IReadOnlyCollection<RecordedDesktop> All
    {
        get
        {
            EnsureRead();
            return [.. _known.Values];
        }
    }

    public RecordedDesktop? Find(string desktop)
    {
        EnsureRead();
        return _known.GetValueOrDefault(desktop);
    }

    /// <summary>Written before anything is recorded, so that no recording is ever nobody's.</summary>
    public void Begin(DesktopClaim claim, DateTimeOffset since) => Write(FindOrBegin(claim, since) with { Since = since });

    public RecordedDesktop FindOrBegin(DesktopClaim claim, DateTimeOffset since)
    {
        if (Find(claim.Id) is { } known)
            return known;
        var begun = new RecordedDesktop(claim.Id, claim.Owner, claim.Mesh, claim.FileName, since, new Dictionary<string, HistoryPlace>());
        Write(begun);
        return begun;
    }

    public void Add(string desktop, IReadOnlyDictionary<string, HistoryPlace> recordings)
    {
        lock (_lock)
        {
            if (Find(desktop) is { } known)
                Write(known with { Recordings = known.Recordings.Concat(recordings).DistinctBy(pair => pair.Key).ToDictionary() });
        }
    }

    /// <summary>Forgets recordings that are gone, and the desktop with the last of them unless it is still wanted.</summary>
    public void Forget(string desktop, Func<string, bool> isGone, Func<bool> isWanted)
    {
        lock (_lock)
        {
            if (Find(desktop) is not { } known)
                return;
            var left = known.Recordings.Where(pair => !isGone(pair.Key)).ToDictionary();
            if (left.Count < known.Recordings.Count)
                Write(known with { Recordings = left });
            if (left.Count > 0 || isWanted())
                return;
            File.Delete(PathOf(desktop));
            _known.TryRemove(desktop, out _);
        }
    }

    private void Write(RecordedDesktop desktop)
    {
        lock (_lock)
        {
            WholeFolder.Create(_directory);
            WholeFile.Write(PathOf(desktop.Desktop), JsonSerializer.SerializeToUtf8Bytes(desktop));
            _known[desktop.Desktop] = desktop;
        }
    }

    private void EnsureRead()
    {
        if (_read)
            return;
        lock (_lock)
        {
            if (!_read)
                Read();
        }
    }

    private void Read()
    {
        foreach (var path in Directory.Exists(_directory) ? Directory.GetFiles(_directory, "*" + Extension) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<RecordedDesktop>(File.ReadAllBytes(path)) is { } desktop && ids.IsOwn(desktop.Desktop))
                    _known[desktop.Desktop] = desktop;
            }
            catch (JsonException)
            {
                // Of no use to anybody; what it was about ages out.
            }
        }

        _read = true;
    }

    private string PathOf(string desktop) => Path.Combine(_directory, desktop + Extension);
}
