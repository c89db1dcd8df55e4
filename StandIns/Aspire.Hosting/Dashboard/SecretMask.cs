using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>Keeps secrets off the dashboard: those the model names, and what looks like one.</summary>
internal sealed partial class SecretMask(
    DistributedApplicationModel model, ResourceNotificationService notifications, BrowserToken browserToken)
{
    public const string Masked = "••••••••";

    // Shorter ones would blank half of every log, and are no secrets.
    private const int MinLength = 5;

    private readonly ConcurrentDictionary<string, bool> _values = new() { [browserToken.Value] = true };
    private readonly ConcurrentDictionary<ParameterResource, bool> _resolved = new();

    public static bool LooksSecret(string name) => SecretName.IsMatch(name);

    /// <summary>Remembers the values that stand where secrets stand, so that they are recognised elsewhere.</summary>
    public void Learn(CustomResourceSnapshot snapshot)
    {
        foreach (var variable in snapshot.EnvironmentVariables)
        {
            // A path or an address tells no secret, and stands in many a line.
            if (variable.Value is { Length: >= 8 } value && LooksSecret(variable.Name) && !value.Contains('/', StringComparison.Ordinal))
                _values.TryAdd(value, true);
        }
    }

    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var resource in model.Resources)
        {
            if (notifications.TryGetCurrentState(resource.Name, out var current)) Learn(current.Snapshot);
        }

        foreach (var parameter in model.Resources.SelectMany(References).OfType<ParameterResource>().Where(
            p => p.Secret && !_resolved.ContainsKey(p)))
        {
            try
            {
                if (await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false) is { Length: >= MinLength } value)
                    _values.TryAdd(value, true);
                _resolved.TryAdd(parameter, true);
            }
            catch (DistributedApplicationException)
            {
                // It has no value yet, so there is nothing to hide.
            }
        }
    }

    public string Apply(string text)
    {
        foreach (var value in _values.Keys)
        {
            if (text.Contains(value, StringComparison.Ordinal)) text = text.Replace(value, Masked, StringComparison.Ordinal);
        }

        return text.Contains("://", StringComparison.Ordinal) ? UserInfo.Replace(text, $"$1{Masked}@") : text;
    }

    private static IEnumerable<object> References(IResource resource)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([resource]);
        while (open.TryPop(out var item))
        {
            if (!seen.Add(item)) continue;
            yield return item;
            if (item is not IValueWithReferences references) continue;
            foreach (var reference in references.References) open.Push(reference);
        }
    }

    [GeneratedRegex(
        "passw|pwd|secret|token|credential|api_?key|access_?key|private_?key|(^|_)key$|connectionstring|headers$|(^|_)salt",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretName { get; }

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo { get; }
}
