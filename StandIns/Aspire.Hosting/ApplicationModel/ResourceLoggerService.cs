using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Log(resource.Name);
    }

    public ILogger GetLogger(string resourceName) => Log(resourceName);

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (Log(resourceName).Backlog() is { Count: > 0 } lines) yield return lines;
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return GetAllAsync(resource.Name);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WatchAsync(resource.Name);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Log(resourceName).WatchAsync();

    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Complete(resource.Name);
    }

    public void Complete(string name) => Log(name).Complete();

    public void ClearBacklog(string resourceName) => Log(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values) log.Complete();
        GC.SuppressFinalize(this);
    }

    internal event Action<string, LogLine>? Written;

    internal void Write(IResource resource, string content, bool isError = false) =>
        Log(resource.Name).Write(DateTime.UtcNow, content, isError);

    internal IReadOnlyList<LogLine> Backlog(IResource resource) => Log(resource.Name).Backlog();

    private ResourceLog Log(string name) => _logs.GetOrAdd(name, n => new(line => Written?.Invoke(n, line)));
}
