using System.Globalization;
using System.Text;

namespace GuacAspire.Tests.EndToEnd.Guacd;

/// <summary>Reads instructions one after the other, the plain way.</summary>
internal sealed class InstructionReader(Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream, new UTF8Encoding(false), leaveOpen: true);
    private readonly char[] _next = new char[1];

    /// <summary>The next instruction of this opcode, with it; throws when the stream ends before.</summary>
    public async Task<string[]> UntilAsync(string opcode, CancellationToken cancel)
    {
        while (true)
        {
            var instruction = await NextAsync(cancel);
            if (instruction[0] == opcode)
                return instruction;
        }
    }

    public void Dispose() => _reader.Dispose();

    private async Task<string[]> NextAsync(CancellationToken cancel)
    {
        var elements = new List<string>();
        while (true)
        {
            var (element, terminator) = await ElementAsync(cancel);
            elements.Add(element);
            if (terminator == ';')
                return [.. elements];
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
