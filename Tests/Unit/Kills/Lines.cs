using System.Text;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>A line from a process to a fake: each call is a step of the process.</summary>
internal sealed class StepLine(Life life, HttpMessageHandler far) : HttpMessageHandler
{
    private static int _saves;

    /// <summary>Whether it is a file as a desktop has sent it, from its first byte to its last.</summary>
    public static bool IsWhole(byte[] file) =>
        Encoding.ASCII.GetString(file) is var text && text.StartsWith("BLENDER ", StringComparison.Ordinal) && text.EndsWith(" END", StringComparison.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // So that what the fake does is done at once, and not some time after a kill.
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken);
        // The fakes are everybody's.
        using var line = new HttpMessageInvoker(far, disposeHandler: false);
        var answer = await life.Do(() => line.SendAsync(request, cancellationToken));
        if (request.RequestUri!.AbsolutePath == "/save" && answer.IsSuccessStatusCode)
            answer.Content = new ByteArrayContent(Encoding.ASCII.GetBytes($"BLENDER {new string('.', Interlocked.Increment(ref _saves) % 100)} END"));
        return answer;
    }
}

/// <summary>The line from the Portal to the Provisioner that there is at the moment.</summary>
internal sealed class ProvisionerLine(World world, Life portal) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        portal.Do(() => { });
        var (provisioner, server) = world.Provisioner ?? throw new HttpRequestException("Connection refused");
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, provisioner.Killed, portal.Killed);
        HttpResponseMessage answer;
        try
        {
            using var invoker = new HttpMessageInvoker(server, disposeHandler: false);
            answer = await invoker.SendAsync(request, broken.Token).WaitAsync(broken.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The line broke.", e);
        }

        if (provisioner.IsOver)
            throw new HttpRequestException("The line broke.");
        portal.Do(() => { });
        return answer;
    }
}
