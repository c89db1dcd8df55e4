using System.Collections.Concurrent;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>Stands in the place of the disk, and gives each run of a process, by where its files are, a disk of its own.</summary>
internal sealed class KillableDisk : Disk
{
    private static readonly ConcurrentDictionary<string, Platter> Platters = new();

    /// <summary>Where all such files are.</summary>
    public static string Base { get; } = Directory.CreateTempSubdirectory("guacaspire-kills-").FullName;

    public static void Install() => Real = new KillableDisk();

    public static void Add(Life life) => Platters[life.Folder] = life.Platter;

    public static void Remove(Life life) => Platters.TryRemove(life.Folder, out _);

    public override void SyncFile(FileStream file)
    {
        if (Of(file.Name) is { } platter)
            platter.SyncFile(file);
        else
            base.SyncFile(file);
    }

    public override void MoveFile(string from, string to)
    {
        if (Of(to) is { } platter)
            platter.MoveFile(from, to);
        else
            base.MoveFile(from, to);
    }

    public override void MoveFolder(string from, string to)
    {
        if (Of(to) is { } platter)
            platter.MoveFolder(from, to);
        else
            base.MoveFolder(from, to);
    }

    public override void SyncFolder(string path)
    {
        if (Of(path) is { } platter)
            platter.SyncFolder(path);
        else
            base.SyncFolder(path);
    }

    private static Platter? Of(string path)
    {
        if (!path.StartsWith(Base, StringComparison.Ordinal) || path.Length <= Base.Length + 1)
            return null;
        var end = path.IndexOf(Path.DirectorySeparatorChar, Base.Length + 1);
        return Platters.GetValueOrDefault(end < 0 ? path : path[..end]);
    }
}
