using System.Net;
using System.Net.Http.Headers;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>An agent shares its process with whatever the desktop's owner runs there: it may answer anything.</summary>
public sealed class AgentAnswerTests
{
    private static readonly DesktopAddress Address = new("desktop.test", new("http://desktop.test:7070/"), "token");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_without_end_are_not_listened_to()
    {
        using var words = new Endless();
        var agent = Answering(HttpStatusCode.OK, words);
        Assert.Null(await agent.TryGetStatusAsync(Address, Cancellation));
        Assert.InRange(words.Given, 1, 16 << 20);
        await Assert.ThrowsAsync<AgentException>(() => agent.SetScreenAsync(Address, new(640, 480), Cancellation));
        Assert.InRange(words.Given, 1, 32 << 20);
    }

    [Fact]
    public async Task A_refusal_without_end_is_one_in_no_words()
    {
        using var words = new Endless();
        var refusal = await Assert.ThrowsAsync<AgentException>(
            () => Answering(HttpStatusCode.UnprocessableEntity, words).RehearseAsync(Address, Cancellation));
        Assert.Equal("The desktop's agent answered 422.", refusal.Message);
        Assert.InRange(words.Given, 1, 16 << 20);
    }

    [Theory]
    [InlineData("utf-99")]
    [InlineData("\"")]
    [InlineData("utf-16")]
    public async Task What_an_answer_says_of_its_letters_counts_for_nothing(string charset)
    {
        using var status = new MemoryStream("{\"ready\":true}"u8.ToArray());
        Assert.True((await Answering(HttpStatusCode.OK, status, charset: charset).TryGetStatusAsync(Address, Cancellation))?.Ready);
        using var size = new MemoryStream("{\"width\":640,\"height\":480}"u8.ToArray());
        Assert.Equal(
            new(640, 480), await Answering(HttpStatusCode.OK, size, charset: charset).SetScreenAsync(Address, new(640, 480), Cancellation));
    }

    [Fact]
    public async Task Of_a_long_refusal_people_see_the_beginning()
    {
        var json = $"{{\"error\":\"No. {new string('x', 100_000)}\"}}";
        using var words = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        var refusal = await Assert.ThrowsAsync<AgentException>(
            () => Answering(HttpStatusCode.Conflict, words).RehearseAsync(Address, Cancellation));
        Assert.StartsWith("No. xxx", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 100, 1000);
    }

    [Fact]
    public async Task A_file_larger_than_a_desktop_can_hold_is_not_begun()
    {
        using var bytes = new Endless();
        using var file = new MemoryStream();
        await Assert.ThrowsAsync<AgentException>(
            () => Answering(HttpStatusCode.OK, bytes, length: 1L << 40).SaveAsync(Address, file, Cancellation));
        Assert.Equal((0, 0), (file.Length, bytes.Given));
    }

    private static AgentClient Answering(HttpStatusCode status, Stream body, long? length = null, string? charset = null) =>
        new(new(new Agent(status, body, length, charset)) { Timeout = Timeout.InfiniteTimeSpan });

    private sealed class Agent(HttpStatusCode status, Stream body, long? length, string? charset) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StreamContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (charset is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");
            content.Headers.ContentLength = length;
            return Task.FromResult(new HttpResponseMessage(status) { Content = content });
        }
    }

    /// <summary>The beginning of a name that never ends.</summary>
    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'a');
            if (Given == 0)
                "{\"mesh\":\""u8.CopyTo(buffer);
            Given += buffer.Length;
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return Read(buffer.Span);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
