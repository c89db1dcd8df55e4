using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Reads JSON token by token out of a file, in as much memory for a large one as for a small one.</summary>
internal ref struct JsonTokens
{
    private const int BufferSize = 64 << 10;

    private readonly Stream _file;
    private readonly byte[] _buffer = new byte[BufferSize];
    private Utf8JsonReader _reader = new([], isFinalBlock: false, default);
    private ShortStrings? _short;
    private long _left;
    private int _filled;
    private bool _isEnd;

    public JsonTokens(Stream file, long bytes) => (_file, _left) = (file, bytes);

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
        rest.CopyTo(_buffer);
        _filled = rest.Length;
        if (_filled == _buffer.Length)
            MakeRoom();
        int read;
        do
        {
            read = _file.Read(_buffer.AsSpan(_filled, (int)Math.Min(_left, _buffer.Length - _filled)));
            _left -= read;
        }
        while (!Append(read) && read > 0);
        _isEnd = read == 0;
        _reader = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _isEnd, _reader.CurrentState);
    }

    /// <summary>Here begins what is longer than the buffer. Of a string the start will do, which is known to be one to its end.</summary>
    private void MakeRoom()
    {
        if (_short is null)
        {
            _short = new ShortStrings();
            _filled = _short.Shorten(_buffer);
        }

        if (_filled == _buffer.Length)
            throw new JsonException("A number has no end.");
    }

    /// <summary>Takes in what has been read; false if nothing is left of it.</summary>
    private bool Append(int read)
    {
        var kept = _short?.Shorten(_buffer.AsSpan(_filled, read)) ?? read;
        _filled += kept;
        if (_short is { IsBetween: true })
            _short = null;
        return kept > 0;
    }
}
