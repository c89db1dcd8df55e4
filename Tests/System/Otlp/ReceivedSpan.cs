using Google.Protobuf;
using GuacAspire.Tests.EndToEnd.Otlp.Protocol;

namespace GuacAspire.Tests.EndToEnd.Otlp;

/// <summary>A span as a service exported it.</summary>
internal sealed record ReceivedSpan(
    string Service, string Source, string Name, string TraceId, string SpanId, string? ParentId, ulong Start, ulong End, string Attributes,
    IReadOnlyList<string> Events, bool IsFailed)
{
    private const int Error = 2;

    /// <summary>The value of an attribute that holds no commas; null where there is none.</summary>
    public string? this[string attribute] => Attributes.Split(", ")
        .FirstOrDefault(one => one.StartsWith(attribute + "=", StringComparison.Ordinal))?[(attribute.Length + 1)..];

    public static ReceivedSpan From(string service, string source, Span span) => new(
        service, source, span.Name, Hex(span.TraceId), Hex(span.SpanId),
        span.ParentSpanId.IsEmpty ? null : Hex(span.ParentSpanId), span.StartTimeUnixNano, span.EndTimeUnixNano,
        string.Join(", ", span.Attributes.Select(attribute => $"{attribute.Key}={Text(attribute.Value)}")),
        [.. span.Events.Select(item => item.Name)], span.Status?.Code == Error);

    public override string ToString() => $"{SpanId} ← {ParentId ?? "(root)",-16} {Service,-18} {Source}: {Name} [{Attributes}]";

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string? Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => $"{value.IntValue}",
        AnyValue.ValueOneofCase.BoolValue => $"{value.BoolValue}",
        AnyValue.ValueOneofCase.DoubleValue => $"{value.DoubleValue}",
        _ => null,
    };
}
