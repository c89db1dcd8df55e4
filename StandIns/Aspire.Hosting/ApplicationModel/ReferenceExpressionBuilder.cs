using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public class ReferenceExpressionBuilder
{
    private readonly ExpressionParts _parts = new();

    public bool IsEmpty => _parts.Text.Length == 0;

#pragma warning disable CA1822 // The handler has appended to this builder before the body runs.
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
    }
#pragma warning restore CA1822

    public void AppendLiteral(string value) => _parts.Text.Append(value);

    public void AppendFormatted(string? value) => _parts.Text.Append(value);

    public void AppendFormatted(string? value, string? format = null) => _parts.Text.Append(ValueFormat.Apply(value, format));

    public void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
        _parts.Add(valueProvider, valueProvider.ValueExpression, null);

    public void AppendFormatted<T>(T valueProvider, string? format) where T : IValueProvider, IManifestExpressionProvider =>
        _parts.Add(valueProvider, valueProvider.ValueExpression, format);

    public void AppendValueProvider(object valueProvider, string? format = null)
    {
        var value = valueProvider is IResourceBuilder<IResource> builder ? builder.Resource : valueProvider;
        if (value is not IValueProvider provider)
            throw new ArgumentException("Object must implement IValueProvider", nameof(valueProvider));
        if (value is not IManifestExpressionProvider expression)
            throw new ArgumentException("Object must implement IManifestExpressionProvider", nameof(valueProvider));

        _parts.Add(provider, expression.ValueExpression, format);
    }

    public ReferenceExpression Build() => _parts.Build();

#pragma warning disable CS9113 // The compiler passes the lengths whether they are read or not.
    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler(
        int literalLength, int formattedCount, ReferenceExpressionBuilder builder)
#pragma warning restore CS9113
    {
        public readonly void AppendLiteral(string value) => builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => builder.AppendFormatted(value);

        public readonly void AppendFormatted(string? value, string format) => builder.AppendFormatted(value, format);

        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider);

        public readonly void AppendFormatted<T>(T valueProvider, string? format) where T : IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider, format);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider.Resource);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider => builder.AppendFormatted(valueProvider.Resource, format);
    }
}
