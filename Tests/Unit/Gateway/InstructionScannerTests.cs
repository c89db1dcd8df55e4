using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Tests.Unit.Gateway;

public class InstructionScannerTests
{
    private const string Stream = "4.sync,7.5102045,1.0;0.,4.ping,1.😀;3.nop;5.müsli,3.a,b,0.,2.;;;4.blob,1.1,4.iVBO;";
    private static readonly int[] Ends = EndsOf(
        "4.sync,7.5102045,1.0;", "0.,4.ping,1.😀;", "3.nop;", "5.müsli,3.a,b,0.,2.;;;", "4.blob,1.1,4.iVBO;");

    [Fact]
    public void Finds_the_end_of_the_last_whole_instruction()
    {
        var scanner = new InstructionScanner();
        var bytes = Encoding.UTF8.GetBytes(Stream + "4.blob,1.1,4.iV");
        Assert.True(scanner.TryScan(bytes, out var complete));
        Assert.Equal(Ends[^1], complete);
        Assert.False(scanner.IsAtBoundary);
    }

    [Fact]
    public void Splitting_at_every_byte_changes_nothing()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new InstructionScanner();
            Assert.True(scanner.TryScan(bytes.AsSpan(0, split), out var first));
            Assert.Equal(Ends.LastOrDefault(end => end <= split), first);
            Assert.True(scanner.TryScan(bytes.AsSpan(split), out var second));
            Assert.Equal(split == bytes.Length ? 0 : bytes.Length - split, second);
            Assert.True(scanner.IsAtBoundary);
        }
    }

    [Fact]
    public void Finds_every_end_when_bytes_come_one_by_one()
    {
        var scanner = new InstructionScanner();
        var bytes = Encoding.UTF8.GetBytes(Stream);
        var found = new List<int>();
        for (var at = 0; at < bytes.Length; at++)
        {
            Assert.True(scanner.TryScan(bytes.AsSpan(at, 1), out var complete));
            if (complete > 0)
                found.Add(at + 1);
        }
        Assert.Equal(Ends, found);
    }

    [Theory]
    [InlineData(";")]
    [InlineData(",")]
    [InlineData(".")]
    [InlineData("x.abc;")]
    [InlineData("-1.a;")]
    [InlineData(" 3.nop;")]
    [InlineData("3.nopx;")]
    [InlineData("3nop;")]
    [InlineData("4.nop;")]
    [InlineData("2.nop;")]
    [InlineData("2.😀;")]
    [InlineData("3.nop;;")]
    [InlineData("99999999999999999999.a;")]
    [InlineData("9.sync,3.123;")]
    public void Refuses_what_is_not_the_protocol(string text)
    {
        var scanner = new InstructionScanner();
        // A terminator inside the promised length is not yet a fault; what follows the length is.
        Assert.False(scanner.TryScan(Encoding.UTF8.GetBytes(text + "xxxxxxxxxxxxxxxx"), out _));
    }

    [Fact]
    public void Takes_huge_elements_in_pieces()
    {
        var value = new string('A', 1_000_000);
        var bytes = Encoding.UTF8.GetBytes($"4.blob,1.1,{value.Length}.{value};3.nop;");
        var scanner = new InstructionScanner();
        var total = 0;
        foreach (var chunk in bytes.Chunk(65536))
        {
            Assert.True(scanner.TryScan(chunk, out var complete));
            total += complete;
        }
        Assert.True(scanner.IsAtBoundary);
        Assert.True(total > 0);
    }

    [Property(MaxTest = 300)]
    public Property What_is_written_is_found_again_however_it_is_cut(NonNull<string>[] elements, PositiveInt size)
    {
        var values = elements.Select(element => Sound(element.Get)).Prepend("opcode").ToArray();
        var bytes = Instruction.ToBytes(values[0], values[1..]);
        var scanner = new InstructionScanner();
        var complete = 0;
        foreach (var chunk in bytes.Chunk(size.Get))
        {
            if (!scanner.TryScan(chunk, out complete))
                return false.ToProperty();
        }
        var parsed = Instruction.Parse(bytes);
        return (complete > 0 && scanner.IsAtBoundary && parsed.Arguments.Prepend(parsed.Opcode).SequenceEqual(values)).ToProperty();
    }

    [Property(MaxTest = 500)]
    public bool Never_fails_otherwise_than_by_saying_so(byte[] bytes)
    {
        var scanner = new InstructionScanner();
        return !scanner.TryScan(bytes, out var complete) || complete <= bytes.Length;
    }

    // Lone surrogates have no UTF-8.
    private static string Sound(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static int[] EndsOf(params string[] instructions)
    {
        var end = 0;
        return [.. instructions.Select(instruction => end += Encoding.UTF8.GetByteCount(instruction))];
    }
}
