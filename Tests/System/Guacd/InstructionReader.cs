using System.Globalization;
using System.Text;

namespace GuacAspire.Tests.EndToEnd.Guacd;

/// <summary>Reads instructions one after the other, the plain way.</summary>
internal sealed class InstructionReader(Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream, new UTF8Encoding(false), leaveOpen: true);
    private readonly char[] _next = new char[1];

    /// <summary>Skips to the end of the next instruction of this opcode; throws when the stream ends before.</summary>
    public async Task UntilAsync(string opcode, CancellationToken cancel)
    {
        while (await OpcodeAsync(cancel) != opcode)
        {
            // Another one.
        }
    }

    public void Dispose() => _reader.Dispose();

    private async Task<string> OpcodeAsync(CancellationToken cancel)
    {
        string? opcode = null;
        while (true)
        {
            var (element, terminator) = await ElementAsync(cancel);
            opcode ??= element;
            if (terminator == ';')
                return opcode;
        }
    }

    private async Task<(string Element, char Terminator)> ElementAsync(CancellationToken cancel)
    {
        var digits = new StringBuilder();
        for (var next = await ReadAsync(cancel); next != '.'; next = await ReadAsync(cancel))
            digits.Append(next);
        var element = new StringBuilder();
        for (var left = int.Parse(digits.ToString(), CultureInfo.InvariantCulture); left > 0; left--)
        {
            var next = await ReadAsync(cancel);
            element.Append(next);
            if (char.IsHighSurrogate(next))
                element.Append(await ReadAsync(cancel));
        }

        return (element.ToString(), await ReadAsync(cancel));
    }

    private async ValueTask<char> ReadAsync(CancellationToken cancel) =>
        await _reader.ReadAsync(_next, cancel) == 1 ? _next[0] : throw new EndOfStreamException();
}
