using System.Globalization;
using System.Text;
using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.History;

/// <summary>
/// Which rows of the histories this process has begun and not ended, in a file that outlives it: whatever way a process dies, the next
/// one knows the rows that nobody else will end. A file belongs to the process that holds its lock, and to nobody when that one is gone.
/// </summary>
internal sealed partial class HistoryJournal(GatewayOptions options, ILogger<HistoryJournal> logger) : IDisposable
{
    private const string Suffix = ".open-rows";
    private const int EnoughToRewrite = 256 * 1024;
    // Of the year 9999.
    private const long LastSecond = 253_402_300_799;

    private readonly Lock _lock = new();
    private readonly Dictionary<(HistoryTable Table, int Id), OpenRow> _open = [];
    private FileStream? _file;
    private string _database = "";

    public IReadOnlyList<OpenRow> Open
    {
        get
        {
            lock (_lock)
                return [.. _open.Values];
        }
    }

    /// <summary>Begins this process's own file. Without one nothing is lost until the process dies.</summary>
    public void Begin(string database)
    {
        lock (_lock)
        {
            _database = database;
            try
            {
                Directory.CreateDirectory(options.StateDirectory);
                var path = Path.Combine(options.StateDirectory, Guid.NewGuid().ToString("N") + Suffix);
                _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                Rewrite(_file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNoFile(options.StateDirectory, e.Message);
            }
        }
    }

    public void Opened(OpenRow row)
    {
        lock (_lock)
        {
            _open[(row.Table, row.Id)] = row;
            Append(Line(row));
        }
    }

    public void Ended(HistoryTable table, int id)
    {
        lock (_lock)
        {
            if (_open.Remove((table, id)))
                Append(string.Create(CultureInfo.InvariantCulture, $"-{table.Letter} {id}\n"));
        }
    }

    /// <summary>Leaves a sign of life, from which the next process learns until when this one was there.</summary>
    public void Touch(DateTime now)
    {
        lock (_lock)
        {
            if (_file is not null)
                File.SetLastWriteTimeUtc(_file.SafeFileHandle, now);
        }
    }

    /// <summary>
    /// The files of processes that are gone, of this database; each is deleted when <paramref name="mend"/> is done with it. Those of other
    /// databases are deleted if their process was last seen before <paramref name="longAgo"/>.
    /// </summary>
    public async Task AdoptAsync(Func<IReadOnlyList<OpenRow>, DateTime, Task> mend, DateTime longAgo)
    {
        if (!Directory.Exists(options.StateDirectory))
            return;
        foreach (var path in Directory.GetFiles(options.StateDirectory, "*" + Suffix))
        {
            var lastSeen = File.GetLastWriteTimeUtc(path);
            try
            {
                await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                using var reader = new StreamReader(file);
                if (Parse(await reader.ReadToEndAsync(), _database) is { } rows)
                    await mend(rows, lastSeen);
                else if (lastSeen > longAgo)
                    continue;
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its owner lives, or another process mends it.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_file is not { } file)
                return;
            _file = null;
            if (_open.Count == 0)
                File.Delete(file.Name);
            file.Dispose();
        }
    }

    /// <summary>
    /// The open rows that a file tells of; null for another database's. What was torn when its process died is passed over.
    /// </summary>
    internal static IReadOnlyList<OpenRow>? Parse(string text, string database)
    {
        var lines = text.Split('\n');
        if (lines[0] != database)
            return null;
        var open = new Dictionary<(char Letter, int Id), OpenRow>();
        // What follows the last line end is torn.
        foreach (var words in lines[1..^1].Select(line => line.Split(' ')))
        {
            if (words[0] is not [var sign, var letter] || HistoryTable.All.FirstOrDefault(table => table.Letter == letter) is not { } table
                || words.Length < 2 || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }
            if (sign == '-')
                open.Remove((letter, id));
            else if (words.Length == 3 && long.TryParse(words[2], CultureInfo.InvariantCulture, out var start)
                && start is >= 0 and <= LastSecond)
                open[(letter, id)] = new OpenRow(table, id, DateTimeOffset.FromUnixTimeSeconds(start).UtcDateTime);
        }
        return [.. open.Values];
    }

    internal static string Line(OpenRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"+{row.Table.Letter} {row.Id} {new DateTimeOffset(row.Start).ToUnixTimeSeconds()}\n");

    private void Append(string line)
    {
        if (_file is not { } file)
            return;
        try
        {
            if (file.Length > EnoughToRewrite + (_open.Count * 64))
                Rewrite(file);
            else
                Write(file, line);
        }
        catch (IOException e)
        {
            LogNoFile(file.Name, e.Message);
            _file = null;
            file.Dispose();
        }
    }

    private void Rewrite(FileStream file)
    {
        file.Position = 0;
        Write(file, _database + "\n" + string.Concat(_open.Values.Select(Line)));
        file.SetLength(file.Position);
    }

    // What the system has been given survives the process.
    private static void Write(FileStream file, string text)
    {
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush();
    }

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written ({Reason}): after a crash, rows of the histories will stay without an end")]
    private partial void LogNoFile(string path, string reason);
}
