namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Reads a file byte by byte. A line that never ends is no longer than another: nothing of it is kept.</summary>
internal sealed class ByteReader(Stream file)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _filled;
    private int _next;

    /// <summary>The next byte; -1 at the end.</summary>
    public int Next() => _next < _filled ? _buffer[_next++] : Fill();

    private int Fill()
    {
        (_filled, _next) = (file.Read(_buffer), 0);
        return _filled > 0 ? _buffer[_next++] : -1;
    }
}
