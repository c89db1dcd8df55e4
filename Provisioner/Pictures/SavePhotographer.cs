using System.Collections.Concurrent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Saving;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Pictures;

/// <summary>
/// Has a picture taken of the newest that somebody has saved of a mesh, after the fact and in another desktop than the one that saved it:
/// nothing that is done for a picture can harm the work itself.
/// </summary>
internal sealed partial class SavePhotographer(
    SaveStore store,
    DesktopRegistry registry,
    MeshPhotographer photographer,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<SavePhotographer> logger) : BackgroundService
{
    private const int Attempts = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Who saves often, or stops, is about to save again.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    // Work that goes on changes with every checkpoint, and nobody looks for it among what was saved.
    private static readonly TimeSpan CheckpointRest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, int> _pending = new();
    private readonly Turns _turns = new();
    private bool _isListed;
    private string? _fault;

    /// <summary>Something new lies in a folder.</summary>
    public void Note(SavedFile saved)
    {
        if (options.Value.Pictures)
            _pending[Path.GetDirectoryName(saved.Path)!] = 0;
    }

    /// <summary>One round over all folders in which there is something new.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!_isListed)
        {
            foreach (var shelf in store.Shelves())
                _pending.TryAdd(shelf.Directory, 0);
            _isListed = true;
        }

        var due = new List<Due>();
        foreach (var (folder, failures) in _pending)
        {
            if (TryList(folder) is not [var newest, .. var older] || File.Exists(newest.PicturePath) || failures >= Attempts)
                _pending.TryRemove(new(folder, failures));
            else if (IsDue(newest, older))
                due.Add(new(folder, failures, newest));
        }

        while (due.MinBy(one => (one.Failures, _turns.LastOf(one.Owner))) is { } next)
        {
            due.Remove(next);
            _turns.Take(next.Owner);
            if (await TakeAsync(next.Newest, cancellationToken) is not { } cost)
                return;
            _pending.TryUpdate(next.Folder, next.Failures + cost, next.Failures);
        }

        _turns.Keep(_pending.Keys.Select(OwnerOf));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Pictures)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await QuietTraces.RunAsync(nameof(SavePhotographer), RunOnceAsync, stoppingToken);
                _fault = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The same trouble every few seconds is one line in the log, not hundreds.
                if (_fault != e.Message)
                    LogFailed(e);
                _fault = e.Message;
            }
        }
    }

    /// <summary>What a folder holds; nothing if nobody can read it, since that must not keep all others waiting.</summary>
    private SavedFile[] TryList(string folder)
    {
        try
        {
            return [.. new SaveShelf(folder).Files()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(folder, e.Message);
            return [];
        }
    }

    private bool IsDue(SavedFile newest, IEnumerable<SavedFile> older)
    {
        var now = time.GetUtcNow();
        if (IsWithin(newest, Rest))
            return false;
        return !newest.Name.IsCheckpoint
            || !registry.IsLiving(newest.Name.Desktop)
            || !older.Any(file => File.Exists(file.PicturePath) && IsWithin(file, CheckpointRest));

        // What was saved in the future was saved before somebody set the clock back.
        bool IsWithin(SavedFile file, TimeSpan rest) => file.SavedAt <= now && now - file.SavedAt < rest;
    }

    private static string OwnerOf(string folder) => Path.GetDirectoryName(folder)!;

    /// <summary>Takes a picture, or not; answers with how many attempts that was, and null when none can be taken now.</summary>
    private async Task<int?> TakeAsync(SavedFile saved, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(saved.Path);
            await SaveStore.AddPictureAsync(saved, await photographer.TakeAsync($"work{SaveName.Extension}", file, cancellationToken));
            return 1;
        }
        catch (ProblemException e) when (e.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoPicture(saved.Name.Id, Failure.Describe(e));
            // What hangs Blender once does so again, for as long as a picture may take.
            return e is ProblemException { Status: StatusCodes.Status504GatewayTimeout } ? Attempts : 1;
        }
    }

    private sealed record Due(string Folder, int Failures, SavedFile Newest)
    {
        public string Owner => OwnerOf(Folder);
    }

    [LoggerMessage(LogLevel.Error, "The look at what has no picture yet failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "No pictures of what {Folder} holds: {Reason}")]
    private partial void LogUnreadable(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "No picture of save {Id}: {Reason}")]
    private partial void LogNoPicture(string id, string reason);
}
