using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Tests.Unit.Gateway;

public class ScannerRobustnessTests
{
    [Fact]
    public void Nothing_is_allocated_per_instruction()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("4.blob,1.1,4.iVBO;4.sync,7.5102045,1.0;4.name,2.ü😀;", 1000)));
        var scanner = new InstructionScanner();
        scanner.TryScan(bytes, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 10; round++)
            scanner.TryScan(bytes, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_taken_or_refused_the_same_however_they_are_cut(byte[] bytes, NonNegativeInt cut)
    {
        var split = bytes.Length == 0 ? 0 : cut.Get % (bytes.Length + 1);
        var whole = new InstructionScanner();
        var accepted = whole.TryScan(bytes, out var complete);
        var parts = new InstructionScanner();
        var second = 0;
        var acceptedInParts = parts.TryScan(bytes.AsSpan(0, split), out var first) && parts.TryScan(bytes.AsSpan(split), out second);
        Assert.Equal(accepted, acceptedInParts);
        if (!accepted)
            return;
        Assert.Equal(complete, second > 0 ? split + second : first);
        Assert.Equal(whole.IsAtBoundary, parts.IsAtBoundary);
    }

    [Property(MaxTest = 500)]
    public void A_stream_with_one_byte_changed_ends_no_later_than_its_bytes(NonNegativeInt position, byte value)
    {
        var bytes = Encoding.UTF8.GetBytes("4.blob,1.1,4.iVBO;0.,4.ping,2.ü😀;4.sync,7.5102045,1.0;");
        bytes[position.Get % bytes.Length] = value;
        var scanner = new InstructionScanner();
        if (scanner.TryScan(bytes, out var complete))
            Assert.InRange(complete, 0, bytes.Length);
        // A client may send anything; what comes out of it are whole instructions in their order.
        var message = new ClientMessage(bytes);
        var at = 0;
        while (message.TryNext(out var range, out _))
        {
            Assert.Equal(at, range.Start.Value);
            Assert.True(range.End.Value > at && bytes[range.End.Value - 1] == (byte)';');
            at = range.End.Value;
        }
    }

    [Property(MaxTest = 200)]
    public Property Elements_of_any_characters_survive_writing_scanning_and_parsing() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>[]>(),
        texts =>
        {
            // Halves of surrogate pairs are no text.
            var elements = texts.Select(text => new string([.. text.Get.Where(unit => !char.IsSurrogate(unit))]) + "😀").ToArray();
            var bytes = Instruction.ToBytes("name", elements);
            var scanner = new InstructionScanner();
            Assert.True(scanner.TryScan(bytes, out var complete));
            Assert.Equal(bytes.Length, complete);
            Assert.Equal(elements, Instruction.Parse(bytes).Arguments);
        });

    [Theory]
    [InlineData("99999999999.x;")]
    [InlineData("4294967297.x;")]
    [InlineData("-3.nop;")]
    [InlineData("3.nop3.nop;")]
    [InlineData("3nop;")]
    [InlineData("2.nop;")]
    public void Lengths_that_cannot_be_are_refused(string text) =>
        Assert.False(new InstructionScanner().TryScan(Encoding.UTF8.GetBytes(text), out _));
}
