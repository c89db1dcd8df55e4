using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>What every resource said and became, for the message of a test that fails.</summary>
internal sealed class ConsoleLogs
{
    private const int LinesShown = 40;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _lines = new();
    private readonly ConcurrentDictionary<string, ResourceEvent> _resources = new();

    /// <summary>The newest of every resource; those that the model does not know and those that are hidden too.</summary>
    public IReadOnlyCollection<ResourceEvent> Resources => [.. _resources.Values];

    public void Follow(DistributedApplication app)
    {
        _ = FollowStatesAsync(app);
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        foreach (var resource in app.Services.GetRequiredService<DistributedApplicationModel>().Resources)
            _ = FollowLogAsync(loggers, resource);
    }

    /// <summary>Tells each resource's state, and the last lines of those that are not well.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var (name, snapshot) in _resources.Select(entry => (entry.Key, entry.Value.Snapshot)).OrderBy(
            entry => entry.Key, StringComparer.Ordinal).Where(entry => !entry.Snapshot.IsHidden))
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {name,-28} {snapshot.State?.Text} {snapshot.HealthStatus} {snapshot.ExitCode}");
        foreach (var (name, lines) in _lines.Where(entry => !entry.Value.IsEmpty))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"--- {name}");
            foreach (var line in lines.TakeLast(LinesShown))
                text.AppendLine(line);
        }

        return text.ToString();
    }

    /// <summary>Says who has said something, and after what, without spelling it out.</summary>
    public IEnumerable<string> WhereIs(string text) =>
        from log in _lines
        from line in log.Value
        let at = line.IndexOf(text, StringComparison.Ordinal)
        where at >= 0
        select $"the log of {log.Key}: {line[..at]}<here>";

    public IReadOnlyList<string> ContainerIds() =>
        [.. _resources.Values.SelectMany(change => change.Snapshot.Properties).Where(
            property => property.Name == "container.id").Select(property => $"{property.Value}")];

    public string Property(string resource, string property) =>
        // By the model's name: what Aspire adds to a project, to build it anew, is called after it.
        _resources.Values.Where(change => change.Resource.Name == resource)
            .SelectMany(change => change.Snapshot.Properties)
            .Where(candidate => candidate.Name == property)
            .Select(candidate => $"{candidate.Value}")
            .FirstOrDefault() ?? throw new InvalidOperationException($"'{resource}' has no property '{property}'.");

    private async Task FollowStatesAsync(DistributedApplication app)
    {
        await foreach (var change in app.ResourceNotifications.WatchAsync())
            _resources[change.ResourceId] = change;
    }

    private async Task FollowLogAsync(ResourceLoggerService loggers, IResource resource)
    {
        var lines = _lines.GetOrAdd(resource.Name, _ => new());
        await foreach (var batch in loggers.WatchAsync(resource))
        {
            foreach (var line in batch)
                lines.Enqueue(line.Content);
        }
    }
}
