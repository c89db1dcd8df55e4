using Guacamole.Client;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>
/// What has been recorded, by owner. Guacamole's history tells what there is of each use of a desktop, and gives it out; the disk tells how
/// large it is.
/// </summary>
internal sealed class RecordingCatalogue(
    GuacamoleSession admin, RecordingFiles files, RecordingIndex index, DesktopRegistry registry, TimeProvider time) : IDisposable
{
    // The history knows of a use before guacd has written the first picture of it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HashSet<string> _strangers = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>An owner's recordings, the newest first.</summary>
    public async Task<IReadOnlyList<Recording>> ListAsync(string owner, CancellationToken cancellationToken)
    {
        await LearnAsync(cancellationToken);
        var own = index.All.Where(desktop => desktop.Owner == owner);
        return [.. own.SelectMany(Describe).OrderByDescending(recording => recording.StartedAt)];
    }

    /// <summary>One of an owner's recordings, and where Guacamole has it.</summary>
    public async Task<(Recording Recording, HistoryPlace Place)?> FindAsync(string owner, string id, CancellationToken cancellationToken) =>
        (await ListAsync(owner, cancellationToken)).FirstOrDefault(recording => recording.Id == id) is { } found
        && index.Find(found.Desktop)?.Recordings.GetValueOrDefault(id) is { } place
            ? (found, place)
            : null;

    public Task<HttpResponseMessage> OpenAsync(HistoryPlace place, CancellationToken cancellationToken) =>
        admin.OpenConnectionLogAsync(place.Record, place.Log, cancellationToken);

    public void Remove(Recording recording)
    {
        files.Remove(recording.Id);
        Tidy();
    }

    public void RemoveAllOf(string owner)
    {
        var own = index.All.Where(desktop => desktop.Owner == owner).ToDictionary(desktop => desktop.Desktop);
        // What the history has not told of yet is known by its file's name.
        var unknown = files.List().Where(file => file.Desktop is { } desktop && own.ContainsKey(desktop)).Select(file => file.Id);
        foreach (var id in own.Values.SelectMany(desktop => desktop.Recordings.Keys).Union(unknown))
            files.Remove(id);
        Tidy();
    }

    /// <summary>Asks the history about what lies on the disk and is not known yet.</summary>
    /// <returns>What lies there.</returns>
    public async Task<IReadOnlyList<RecordedFile>> LearnAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var known = index.All.SelectMany(desktop => desktop.Recordings.Keys).ToHashSet();
            var there = files.List();
            _strangers.IntersectWith(there.Select(file => file.Id));
            known.UnionWith(_strangers);
            var unknown = there.Where(file => !known.Contains(file.Id)).ToDictionary(file => file.Id);
            if (unknown.Count > 0)
                await LearnAsync(unknown, cancellationToken);
            return there;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Forgets what is not on the disk any more.</summary>
    /// <returns>What lies there.</returns>
    public IReadOnlyList<RecordedFile> Tidy()
    {
        var there = files.List();
        var known = there.Select(file => file.Id).ToHashSet();
        var recorded = there.Select(file => file.Desktop).ToHashSet();
        foreach (var desktop in index.All)
        {
            index.Forget(
                desktop.Desktop,
                id => !known.Contains(id) && files.Find(id) is null,
                () => registry.IsNeeded(desktop.Desktop) || recorded.Contains(desktop.Desktop));
        }

        return there;
    }

    public void Dispose() => _one.Dispose();

    private async Task LearnAsync(Dictionary<string, RecordedFile> unknown, CancellationToken cancellationToken)
    {
        var rows = await admin.ListConnectionHistoryAsync(cancellationToken);
        foreach (var uses in rows.Where(row => row.Uuid is not null && unknown.ContainsKey(row.Uuid)).GroupBy(row => row.ConnectionName))
        {
            if (uses.Key is not { } name || index.Find(name) is not { } desktop)
                continue;
            var found = uses.Select(row => (row.Uuid, Place: PlaceOf(row)))
                .Where(use => use.Place is not null)
                .ToDictionary(use => use.Uuid!, use => use.Place!);
            index.Add(desktop.Desktop, found);
            foreach (var id in found.Keys)
                unknown.Remove(id);
        }

        // Nobody's: it ages out like all others.
        var now = time.GetUtcNow();
        // One of the future is of before somebody set the clock back.
        _strangers.UnionWith(unknown.Values.Where(file => (now - file.LastWrite).Duration() > Patience).Select(file => file.Id));
    }

    private static HistoryPlace? PlaceOf(GuacamoleHistoryRecord row) =>
        row is { Identifier: { } record, StartDate: { } start, Logs: { } logs }
        && logs.FirstOrDefault(log => log.Value.Type == GuacamoleLog.SessionRecording).Key is { } name
            ? new(record, name, start)
            : null;

    private IEnumerable<Recording> Describe(RecordedDesktop desktop)
    {
        var latest = IsRecorded(desktop.Desktop) ? desktop.Recordings.OrderBy(pair => pair.Value.StartedAt).LastOrDefault().Key : null;
        foreach (var (id, place) in desktop.Recordings)
        {
            if (files.Find(id) is { } file)
            {
                yield return new(
                    id, desktop.Owner, desktop.Mesh, desktop.FileName, desktop.Desktop,
                    place.StartedAt, file.LastWrite, file.Bytes, id == latest);
            }
        }
    }

    private bool IsRecorded(string desktop) => registry.IsLiving(desktop) && registry.Find(desktop) is { Current.RecordingSince: not null };
}
