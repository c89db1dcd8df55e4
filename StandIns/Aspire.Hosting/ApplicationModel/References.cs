namespace Aspire.Hosting.ApplicationModel;

internal static class References
{
    public static IEnumerable<IResource> Of(IEnumerable<object> values) => All(values).OfType<IResource>().Distinct();

    /// <summary>Everything that the values refer to, directly or through expressions, once each.</summary>
    public static IEnumerable<object> All(IEnumerable<object> values)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(values);
        while (open.TryPop(out var value))
        {
            if (value is IResourceBuilder<IResource> builder) value = builder.Resource;
            if (value is string || !seen.Add(value)) continue;
            yield return value;
            if (value is not IValueWithReferences references) continue;
            foreach (var reference in references.References) open.Push(reference);
        }
    }
}
