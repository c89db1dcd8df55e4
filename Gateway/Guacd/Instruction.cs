using System.Buffers;
using System.Globalization;
using System.Text;

namespace GuacAspire.Gateway.Guacd;

/// <summary>An instruction as text, for the few that the Gateway itself reads and writes.</summary>
internal sealed record Instruction(string Opcode, IReadOnlyList<string> Arguments)
{
    /// <summary>Parses exactly one whole instruction.</summary>
    public static Instruction Parse(ReadOnlySpan<byte> bytes)
    {
        var elements = new List<string>();
        var at = 0;
        while (at < bytes.Length)
        {
            var dot = bytes[at..].IndexOf((byte)'.');
            if (dot < 1 || !int.TryParse(bytes.Slice(at, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                throw new FormatException("An element has no length.");
            at += dot + 1;
            var end = at;
            while (end < bytes.Length && (length > 0 || (bytes[end] & 0xC0) == 0x80))
            {
                if ((bytes[end] & 0xC0) != 0x80)
                    length--;
                end++;
            }
            while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
                end++;
            if (end >= bytes.Length || bytes[end] is not ((byte)',' or (byte)';'))
                throw new FormatException("An element does not end where its length says.");
            elements.Add(Encoding.UTF8.GetString(bytes[at..end]));
            at = end + 1;
        }
        return elements.Count == 0 ? throw new FormatException("There is no instruction.") : new Instruction(elements[0], elements[1..]);
    }

    public static void Write(IBufferWriter<byte> output, string opcode, params IEnumerable<string> arguments)
    {
        WriteElement(output, opcode);
        foreach (var argument in arguments)
        {
            output.Write(","u8);
            WriteElement(output, argument);
        }
        output.Write(";"u8);
    }

    public static byte[] ToBytes(string opcode, params IEnumerable<string> arguments)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, opcode, arguments);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteElement(IBufferWriter<byte> output, string value)
    {
        // UTF-16 units less the second halves of surrogate pairs are the code points that the length counts.
        var length = value.Length;
        foreach (var unit in value)
        {
            if (char.IsLowSurrogate(unit))
                length--;
        }
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length}."), output);
        Encoding.UTF8.GetBytes(value, output);
    }
}
