using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>Takes a client's message apart: what goes on to guacd, and what is between client and tunnel alone.</summary>
internal ref struct ClientMessage(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>
    /// The next stretch of whole instructions: either a run for guacd, or a single internal one.
    /// What follows a malformed or incomplete instruction is dropped, as the stock server does it.
    /// </summary>
    public bool TryNext(out Range range, out bool isInternal)
    {
        var start = _position;
        isInternal = false;
        while (_position < _message.Length)
        {
            if (!InstructionScanner.TryFindFirst(_message[_position..], out var length) || length == 0)
                break;
            if (IsInternal(_message.Slice(_position, length)))
            {
                if (_position > start)
                    break;
                isInternal = true;
                _position += length;
                break;
            }
            _position += length;
        }
        range = start.._position;
        return _position > start;
    }

    private static bool IsInternal(ReadOnlySpan<byte> instruction)
    {
        // A length may be written with leading zeros.
        var digits = instruction.TrimStart((byte)'0');
        return digits.Length < instruction.Length && digits[0] == (byte)'.';
    }
}
