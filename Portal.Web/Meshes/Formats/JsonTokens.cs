using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Reads JSON token by token out of a file, in as much memory for a large one as for a small one.</summary>
internal ref struct JsonTokens
{
    private const int BufferSize = 64 << 10;

    private readonly ShortStrings _source;
    private readonly byte[] _buffer = new byte[BufferSize];
    private Utf8JsonReader _reader = new([], isFinalBlock: false, default);
    private int _filled;
    private bool _isEnd;

    public JsonTokens(Stream file, long bytes) => _source = new ShortStrings(file, bytes);

    public readonly JsonTokenType Type => _reader.TokenType;

    /// <summary>Moves on; false when there is nothing more.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public bool Read()
    {
        while (!_reader.Read())
        {
            if (_isEnd)
                return false;
            Refill();
        }

        return true;
    }

    /// <summary>Moves on to the next property of an object; false at the object's end.</summary>
    public bool ReadName() => Read() && Type == JsonTokenType.PropertyName;

    /// <summary>Whether this property, or this string, is spelled so.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueSpan.SequenceEqual(name);

    public readonly bool StartsWith(ReadOnlySpan<byte> start) => _reader.ValueSpan.StartsWith(start);

    public readonly bool TryGetNumber(out int number)
    {
        number = 0;
        return Type == JsonTokenType.Number && _reader.TryGetInt32(out number);
    }

    public readonly bool TryGetNumber(out long number)
    {
        number = 0;
        return Type == JsonTokenType.Number && _reader.TryGetInt64(out number);
    }

    /// <summary>Moves to the end of this value, or of this property's.</summary>
    public void Skip()
    {
        if (Type == JsonTokenType.PropertyName)
            Read();
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var depth = _reader.CurrentDepth;
        do
            Read();
        while (_reader.CurrentDepth > depth);
    }

    private void Refill()
    {
        var rest = _buffer.AsSpan((int)_reader.BytesConsumed, _filled - (int)_reader.BytesConsumed);
        if (rest.Length == _buffer.Length)
            throw new JsonException("A number has no end.");
        rest.CopyTo(_buffer);
        var read = _source.Read(_buffer.AsSpan(rest.Length));
        (_filled, _isEnd) = (rest.Length + read, read == 0);
        _reader = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _isEnd, _reader.CurrentState);
    }
}
