using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What the Provisioner itself writes into the log.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    /// <summary>The lines that say that something is wrong.</summary>
    public IReadOnlyList<LogLine> Faults => [.. _lines.Where(line => line.Level >= LogLevel.Warning)];

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("GuacAspire.", StringComparison.Ordinal) ? new Writer(_lines) : NullLogger.Instance;

    public void Dispose()
    {
    }

    private sealed class Writer(ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new(logLevel, formatter(state, exception), exception));
    }
}

internal sealed record LogLine(LogLevel Level, string Text, Exception? Trace);
