namespace GuacAspire.Tests.Unit.Kills;

/// <summary>
/// The disk of one run of a process. It knows what has been brought to it and what only the system holds: a kill leaves both, a power cut
/// the first, and of the second what chance wants.
/// </summary>
internal sealed class Platter
{
    private readonly Life _life;
    private readonly Dictionary<string, Node> _nodes = [];

    public Platter(Life life)
    {
        _life = life;
        // What is there when a process starts has been there before.
        NoteAll(life.Folder);
    }

    public void SyncFile(FileStream file) => _life.Do(() =>
    {
        file.Flush();
        _nodes[file.Name] = new() { IsSynced = true };
    });

    public void MoveFile(string from, string to) => _life.Do(() =>
    {
        File.Move(from, to, overwrite: true);
        _nodes.Remove(to);
        Rename(from, to);
        Remember(to, At(to));
    });

    public void MoveFolder(string from, string to) => _life.Do(() =>
    {
        Directory.Move(from, to);
        foreach (var path in _nodes.Keys.Where(path => path == from || path.StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal)).ToList())
            Rename(path, to + path[from.Length..]);
    });

    public void SyncFolder(string path) => _life.Do(() => Note(path));

    /// <summary>Copies what the next process finds.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="cut">Chance, when the power has failed; null for a process that was killed.</param>
    public void CopyTo(string to, Random? cut) => Copy(_life.Folder, At(_life.Folder), to, cut);

    private static bool IsLock(string name) => name.EndsWith(".lock", StringComparison.Ordinal) || name.EndsWith(".pid", StringComparison.Ordinal);

    private void Copy(string? path, Node node, string to, Random? cut)
    {
        Directory.CreateDirectory(to);
        // Of each folder the system has written out all that it held, or nothing.
        var names = cut is null || (path is not null && cut.Next(2) == 0) ? Names(path!) : [.. node.Names.Keys];
        foreach (var name in names.Where(name => !IsLock(name)))
        {
            var here = path is null ? null : Path.Combine(path, name);
            var one = node.Names.GetValueOrDefault(name);
            if (here is not null && (cut is null || one is null || _nodes.GetValueOrDefault(here) == one))
                one = At(here);
            else
                here = null;
            if (one!.IsFolder)
                Copy(here, one, Path.Combine(to, name), cut);
            else if (Content(here, one, cut) is { } content)
                File.WriteAllBytes(Path.Combine(to, name), content);
        }
    }

    private static byte[]? Content(string? path, Node node, Random? cut)
    {
        if (node.Content is { } content)
            return content;
        if (cut is null || node.IsSynced || cut.Next(3) == 0)
            return path is null ? [] : TryRead(path) ?? [];
        return cut.Next(2) == 0 ? [] : null;
    }

    private void NoteAll(string path)
    {
        Note(path, isSynced: true);
        foreach (var folder in Directory.GetDirectories(path))
            NoteAll(folder);
    }

    private void Note(string path, bool isSynced = false)
    {
        At(path).Names = Names(path).ToDictionary(name => name, name => At(Path.Combine(path, name)));
        foreach (var (name, node) in At(path).Names)
        {
            node.IsSynced |= isSynced;
            Remember(Path.Combine(path, name), node);
        }
    }

    private static void Remember(string path, Node node)
    {
        if (node is { IsFolder: false, IsSynced: true, Content: null })
            node.Content = TryRead(path);
    }

    private Node At(string path)
    {
        if (!_nodes.TryGetValue(path, out var node) || node.IsFolder != Directory.Exists(path))
            _nodes[path] = node = new() { IsFolder = Directory.Exists(path) };
        return node;
    }

    private void Rename(string from, string to)
    {
        if (_nodes.Remove(from, out var node))
            _nodes[to] = node;
    }

    private static string[] Names(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    // What is just being written, or is gone by now, is nothing.
    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed class Node
    {
        public bool IsFolder { get; init; }

        public bool IsSynced { get; set; }

        public byte[]? Content { get; set; }

        public Dictionary<string, Node> Names { get; set; } = [];
    }
}
