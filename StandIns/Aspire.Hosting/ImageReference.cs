namespace Aspire.Hosting;

internal sealed record ImageReference(string Name, string? Tag, string? Digest)
{
    public static ImageReference Parse(string text)
    {
        string? digest = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            digest = text[(at + 1)..].Replace("sha256:", "", StringComparison.OrdinalIgnoreCase);
            text = text[..at];
        }

        // A colon before the last slash separates a registry's port, not a tag.
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf('/') ? new(text[..colon], text[(colon + 1)..], digest) : new(text, null, digest);
    }
}
