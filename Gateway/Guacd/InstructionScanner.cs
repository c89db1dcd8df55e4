using System.Text;

namespace GuacAspire.Gateway.Guacd;

/// <summary>
/// Finds the ends of instructions in raw UTF-8 without decoding it. An element's length counts code points, so bytes that
/// continue a character are not counted. Keeps its place between calls; nothing is allocated.
/// </summary>
internal struct InstructionScanner
{
    /// <summary>Longer elements are not sent by any guacd; a longer number is a fault of the stream.</summary>
    private const int MaxElementLength = 8 * 1024 * 1024;

    private enum Expecting : byte
    {
        Digit,
        DigitOrDot,
        Value,
        Terminator,
    }

    private Expecting _expecting;
    private int _remaining;

    /// <summary>Whether what was scanned so far ends between two instructions.</summary>
    public bool IsAtBoundary { readonly get; private set; }

    /// <summary>Finds the end of the first instruction; the length is 0 while it is not whole. False when this is no instruction.</summary>
    public static bool TryFindFirst(ReadOnlySpan<byte> bytes, out int length)
    {
        var scanner = new InstructionScanner();
        length = 0;
        for (var from = 0; from < bytes.Length;)
        {
            var end = bytes[from..].IndexOf((byte)';');
            if (end < 0)
                return true;
            if (!scanner.TryScan(bytes.Slice(from, end + 1), out var complete))
                return false;
            from += end + 1;
            if (complete == 0)
                continue;
            length = from;
            return true;
        }
        return true;
    }

    public InstructionScanner() => IsAtBoundary = true;

    /// <summary>
    /// Scans bytes that follow those of the previous call. Returns false where they are not Guacamole's protocol.
    /// <paramref name="complete"/> is the end of the last whole instruction within <paramref name="bytes"/>, 0 if none ends here.
    /// </summary>
    public bool TryScan(ReadOnlySpan<byte> bytes, out int complete)
    {
        complete = 0;
        var at = 0;
        while (at < bytes.Length)
        {
            var current = bytes[at];
            switch (_expecting)
            {
                case Expecting.Digit or Expecting.DigitOrDot when current is >= (byte)'0' and <= (byte)'9':
                    _remaining = (_remaining * 10) + (current - '0');
                    if (_remaining > MaxElementLength)
                        return false;
                    _expecting = Expecting.DigitOrDot;
                    IsAtBoundary = false;
                    at++;
                    break;

                case Expecting.DigitOrDot when current == '.':
                    _expecting = Expecting.Value;
                    at++;
                    break;

                case Expecting.Value when _remaining > 0:
                    at += SkipCharacters(bytes[at..]);
                    break;

                case Expecting.Value or Expecting.Terminator when IsContinuation(current):
                    // The rest of the value's last character; a value of no characters has none.
                    if (_expecting == Expecting.Value)
                        return false;
                    at++;
                    break;

                case Expecting.Value or Expecting.Terminator when current == ',':
                    _expecting = Expecting.Digit;
                    at++;
                    break;

                case Expecting.Value or Expecting.Terminator when current == ';':
                    _expecting = Expecting.Digit;
                    IsAtBoundary = true;
                    complete = ++at;
                    break;

                default:
                    return false;
            }
        }
        return true;
    }

    /// <summary>Skips as much of the value as is there and returns the number of bytes.</summary>
    private int SkipCharacters(ReadOnlySpan<byte> bytes)
    {
        var chunk = bytes[..Math.Min(_remaining, bytes.Length)];
        if (!Ascii.IsValid(chunk))
        {
            var characters = 0;
            foreach (var value in chunk)
                characters += IsContinuation(value) ? 0 : 1;
            _remaining -= characters;
        }
        else
        {
            _remaining -= chunk.Length;
        }
        if (_remaining == 0)
            _expecting = Expecting.Terminator;
        return chunk.Length;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
