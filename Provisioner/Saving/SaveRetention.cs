using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Saving;

/// <summary>Bounds what is kept, by count with every save and by age from time to time.</summary>
internal sealed partial class SaveRetention(
    SaveStore store, DesktopRegistry registry, IOptions<DesktopsOptions> options, TimeProvider time, ILogger<SaveRetention> logger)
{
    // No save takes that long, so what is older was left by a process that was killed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>
    /// Of one mesh there stay the newest that somebody asked for, and the newest of each desktop that was last used, whatever it is: one
    /// who works does not push out one's own deliberate saves by checkpoints. A desktop that is still there keeps its last save whatever
    /// is done in others meanwhile: where nothing has changed since, it is all that a crash of its Blender leaves.
    /// </summary>
    public static void Thin(SaveShelf shelf, int kept, Func<string, bool> isNeeded)
    {
        var files = shelf.Files();
        var last = files.DistinctBy(file => file.Name.Desktop).ToList();
        var keep = files.Where(file => !file.Name.IsCheckpoint).Take(kept)
            .Concat(last.Take(kept))
            .Concat(last.Where(file => isNeeded(file.Name.Desktop)))
            .ToHashSet();
        foreach (var file in files.Where(file => !keep.Contains(file)))
            file.Delete();
    }

    /// <summary>
    /// Of all that one owner has saved the oldest go when it becomes too much. The newest stays, and so does the last save of each desktop
    /// that is still there.
    /// </summary>
    public static void Bound(IEnumerable<SaveShelf> shelves, long most, Func<string, bool> isNeeded)
    {
        var all = shelves.SelectMany(shelf => shelf.Entries()).OrderByDescending(one => one.File.SavedAt).ToList();
        var sum = all.Sum(one => one.Bytes);
        if (sum <= most)
            return;
        var last = all.DistinctBy(one => one.File.Name.Desktop).Where(one => isNeeded(one.File.Name.Desktop)).ToHashSet();
        foreach (var one in all.Skip(1).Reverse().Where(one => !last.Contains(one)))
        {
            one.File.Delete();
            sum -= one.Bytes;
            if (sum <= most)
                return;
        }
    }

    /// <summary>Removes what is too old; what the guests have saved who are gone, sooner.</summary>
    /// <param name="isGone">Tells owners who will never come back.</param>
    public void Sweep(Func<string, bool> isGone)
    {
        var now = time.GetUtcNow();
        foreach (var shelf in store.Shelves())
        {
            try
            {
                Sweep(shelf, isGone, now);
            }
            catch (Exception e)
            {
                LogSkipped(shelf.Directory, e.Message);
            }
        }

        store.Tidy(now - Abandoned);
    }

    private void Sweep(SaveShelf shelf, Func<string, bool> isGone, DateTimeOffset now)
    {
        var age = shelf.ReadLabel() is { } label && isGone(label.Owner) ? options.Value.GuestSavesMaxAge : options.Value.SavesMaxAge;
        var old = shelf.Files().Where(file => file.SavedAt < now - age && !registry.IsNeeded(file.Name.Desktop)).ToList();
        foreach (var file in old)
            file.Delete();
        shelf.Tidy(now - Abandoned);
        if (old.Count > 0)
            LogRemoved(old.Count, shelf.Directory);
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} saved files that were too old from {Folder}")]
    private partial void LogRemoved(int count, string folder);

    [LoggerMessage(LogLevel.Warning, "The folder of saved work {Folder} could not be looked after: {Reason}")]
    private partial void LogSkipped(string folder, string reason);
}
