using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public static readonly ReferenceExpression Empty = new("", [], [], []);

    internal ReferenceExpression(
        string format, IReadOnlyList<IValueProvider> providers, IReadOnlyList<string> expressions, IReadOnlyList<string?> formats)
    {
        Format = format;
        ValueProviders = providers;
        ManifestExpressions = expressions;
        StringFormats = formats;
    }

    private ReferenceExpression(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
        : this("", [.. whenTrue.ValueProviders, .. whenFalse.ValueProviders], [], [])
    {
        Condition = condition;
        MatchValue = matchValue;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
    }

    public string Format { get; }

    public IReadOnlyList<string> ManifestExpressions { get; }

    public IReadOnlyList<string?> StringFormats { get; }

    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    public bool IsConditional => Condition is not null;

    public IValueProvider? Condition { get; }

    public ReferenceExpression? WhenTrue { get; }

    public ReferenceExpression? WhenFalse { get; }

    public string? MatchValue { get; }

    public string ValueExpression => string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions]);

    IEnumerable<object> IValueWithReferences.References => Condition is null ? ValueProviders : [Condition, WhenTrue!, WhenFalse!];

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        if (Condition is not null)
        {
            var value = await Condition.GetValueAsync(context, cancellationToken).ConfigureAwait(false);
            var branch = string.Equals(value, MatchValue, StringComparison.OrdinalIgnoreCase) ? WhenTrue! : WhenFalse!;
            return await branch.GetValueAsync(context, cancellationToken).ConfigureAwait(false);
        }

        if (Format.Length == 0) return null;

        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(context, cancellationToken).ConfigureAwait(false);
            values[i] = ValueFormat.Apply(value, StringFormats[i]);
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(new(), cancellationToken);

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.GetExpression();

    public static ReferenceExpression CreateConditional(
        IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrEmpty(matchValue);
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        return new(condition, matchValue, whenTrue, whenFalse);
    }

    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler
    {
        private readonly ExpressionParts _parts;

        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => _parts = new(literalLength, formattedCount);

        public readonly void AppendLiteral(string value) => _parts.Text.Append(ValueFormat.EscapeBraces(value));

        public readonly void AppendFormatted(string? value) => AppendFormatted(value, format: null);

        public readonly void AppendFormatted(string? value, string? format = null)
        {
            if (value is not null) _parts.Text.Append(ValueFormat.EscapeBraces(ValueFormat.Apply(value, format)!));
        }

        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
            _parts.Add(valueProvider, valueProvider.ValueExpression, null);

        public readonly void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider =>
            _parts.Add(valueProvider, valueProvider.ValueExpression, format);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            AppendFormatted(valueProvider, format: null);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            _parts.Add(valueProvider.Resource, valueProvider.Resource.ValueExpression, format);

        internal readonly ReferenceExpression GetExpression() => _parts.Build();
    }
}
