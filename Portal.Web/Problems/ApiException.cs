namespace GuacAspire.Portal.Web.Problems;

/// <summary>A refusal that is answered as problem+json: what is wrong, and what to do.</summary>
internal sealed class ApiException(int status, string title, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = new Dictionary<string, object?>();
}
