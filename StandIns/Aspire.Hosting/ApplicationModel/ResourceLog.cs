using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One resource's console: the last lines, and whoever follows it.</summary>
internal sealed class ResourceLog(Action<LogLine> written) : ILogger
{
    private const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private ImmutableList<Channel<LogLine>> _watchers = [];
    private int _count;
    private bool _completed;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        if (exception is not null) text = $"{text}{Environment.NewLine}{exception}";
        Write(DateTime.UtcNow, text, logLevel >= LogLevel.Error);
    }

    public void Write(DateTime timestamp, string content, bool isError)
    {
        var stamp = timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        LogLine line;
        lock (_lock)
        {
            line = new(++_count, $"{stamp} {content}", isError);
            _lines.Enqueue(line);
            if (_lines.Count > Capacity) _lines.Dequeue();
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(line);
        }

        written(line);
    }

    public IReadOnlyList<LogLine> Backlog()
    {
        lock (_lock) return [.. _lines];
    }

    public void Clear()
    {
        lock (_lock) _lines.Clear();
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }
    }

    public void Reopen()
    {
        lock (_lock) _completed = false;
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var line in _lines) channel.Writer.TryWrite(line);
            if (_completed) channel.Writer.TryComplete();
            _watchers = _watchers.Add(channel);
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<LogLine>();
                while (batch.Count < 500 && channel.Reader.TryRead(out var line)) batch.Add(line);
                if (batch.Count > 0) yield return batch;
            }
        }
        finally
        {
            lock (_lock) _watchers = _watchers.Remove(channel);
        }
    }
}
