using System.Buffers;
using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>
/// Cuts short the long strings of JSON that streams by, and its white space down to single spaces, so that what is left of a value fits into
/// a small buffer. A string in a glTF may be a whole buffer of a scene, and says what it is in its first letters.
/// </summary>
internal sealed class ShortStrings
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

    private bool _isString;
    private bool _wasSpace;
    private int _length;
    private int _escape;

    /// <summary>Whether what comes next is no part of a string.</summary>
    public bool IsBetween => !_isString;

    /// <summary>Shortens what comes next, in its place, and says how much is left of it.</summary>
    /// <exception cref="JsonException">Something that was cut off was not JSON.</exception>
    public int Shorten(Span<byte> some)
    {
        var written = 0;
        for (var at = 0; at < some.Length;)
            at += _isString ? TakeString(some[at..], some, ref written) : TakeOther(some[at..], some, ref written);
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
            _length = Math.Min(Kept, _length + Math.Min(run, Kept));
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
            _length = Math.Min(Kept, _length + 1);
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
