using System.Buffers;
using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>
/// JSON as it streams by, with its long strings cut short and its white space down to single spaces: what is left of a value fits into a
/// small buffer, whatever the file. A string in a glTF may be a whole buffer, and says what it is in its first letters.
/// </summary>
internal sealed class ShortStrings(Stream file, long bytes)
{
    // Longer than every name that is looked for.
    private const int Kept = 64;

    // What of an escape is still to come: its letter, or so many digits.
    private const int Letter = 5;
    private const int Digits = 4;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\" \t\r\n"u8);
    private static readonly SearchValues<byte> Breaks =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(one => (byte)one), (byte)'"', (byte)'\\']);
    private static readonly SearchValues<byte> Letters = SearchValues.Create("\"\\/bfnrtu"u8);

    private readonly byte[] _raw = new byte[64 << 10];
    private long _left = bytes;
    private bool _isString;
    private bool _wasSpace;
    private int _length;
    private int _escape;

    /// <summary>Reads some of it; nothing at the end, and only there.</summary>
    public int Read(Span<byte> target)
    {
        int read;
        var written = 0;
        do
        {
            // What is left of it is never more than there was.
            read = file.Read(_raw.AsSpan(0, (int)Math.Min(_left, Math.Min(_raw.Length, target.Length))));
            _left -= read;
            written = Shorten(_raw.AsSpan(0, read), target);
        }
        while (written == 0 && read > 0);
        return written;
    }

    private int Shorten(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var written = 0;
        while (!raw.IsEmpty)
        {
            var taken = _isString ? TakeString(raw, target, ref written) : TakeOther(raw, target, ref written);
            raw = raw[taken..];
        }

        return written;
    }

    private int TakeOther(ReadOnlySpan<byte> raw, Span<byte> target, ref int written)
    {
        var run = raw.IndexOfAny(Marks);
        if (run != 0)
        {
            _wasSpace = false;
            run = run < 0 ? raw.Length : run;
            Write(raw[..run], target, ref written);
            return run;
        }

        _isString = raw[0] == '"';
        if (_isString || !_wasSpace)
            Write(raw[..1], target, ref written);
        (_wasSpace, _length) = (!_isString, 0);
        return 1;
    }

    private int TakeString(ReadOnlySpan<byte> raw, Span<byte> target, ref int written)
    {
        if (_escape > 0)
        {
            TakeEscape(raw[0], target, ref written);
            return 1;
        }

        var run = raw.IndexOfAny(Breaks);
        if (run != 0)
        {
            run = run < 0 ? raw.Length : run;
            Write(raw[..Math.Clamp(Kept - _length, 0, run)], target, ref written);
            _length += Math.Min(run, Kept);
            return run;
        }

        switch (raw[0])
        {
            case (byte)'"':
                _isString = _wasSpace = false;
                Write(raw[..1], target, ref written);
                return 1;
            case (byte)'\\':
                _escape = Letter;
                Keep(raw[0], target, ref written);
                return 1;
            default:
                throw new JsonException("A string holds a control character.");
        }
    }

    /// <summary>What follows a backslash is kept as the backslash was: cut in two it would be another.</summary>
    private void TakeEscape(byte one, Span<byte> target, ref int written)
    {
        if (!(_escape == Letter ? Letters.Contains(one) : char.IsAsciiHexDigit((char)one)))
            throw new JsonException("A string holds an escape that there is not.");
        Keep(one, target, ref written);
        _escape = _escape != Letter ? _escape - 1 : one == 'u' ? Digits : 0;
        if (_escape == 0)
            _length++;
    }

    private void Keep(byte one, Span<byte> target, ref int written)
    {
        if (_length < Kept)
            target[written++] = one;
    }

    private static void Write(ReadOnlySpan<byte> some, Span<byte> target, ref int written)
    {
        some.CopyTo(target[written..]);
        written += some.Length;
    }
}
