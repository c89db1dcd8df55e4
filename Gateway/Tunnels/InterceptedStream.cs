using System.Globalization;
using System.Threading.Channels;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>One stream between a REST request and guacd.</summary>
internal sealed class InterceptedStream(string index, GuacdConnection guacd)
{
    private const int BlobSize = 6048;

    // What guacd sends before it is acknowledged; it waits for that after each blob.
    private readonly Channel<(byte[] Data, bool Acknowledge)> _blobs = Channel.CreateBounded<(byte[], bool)>(8);
    private readonly Channel<bool> _acknowledgements = Channel.CreateUnbounded<bool>();

    public string Index { get; } = index;

    public async Task DownloadAsync(Stream output, CancellationToken cancel)
    {
        try
        {
            await AcknowledgeAsync("OK", GuacamoleStatus.Success);
            await foreach (var (data, acknowledge) in _blobs.Reader.ReadAllAsync(cancel))
            {
                await output.WriteAsync(data, cancel);
                await output.FlushAsync(cancel);
                if (acknowledge)
                    await AcknowledgeAsync("OK", GuacamoleStatus.Success);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Whoever downloads has gone; what still comes has nowhere to go.
            _blobs.Writer.TryComplete();
            await AcknowledgeAsync("FAIL", GuacamoleStatus.ServerError);
        }
    }

    public async Task UploadAsync(Stream input, CancellationToken cancel)
    {
        var data = new byte[BlobSize];
        while (true)
        {
            int length;
            try
            {
                length = await input.ReadAsync(data, cancel);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                await guacd.SendAsync(Instruction.ToBytes("end", Index));
                throw;
            }
            if (length == 0)
                return;
            await guacd.SendAsync(Instruction.ToBytes("blob", Index, Convert.ToBase64String(data, 0, length)));
            try
            {
                await _acknowledgements.Reader.ReadAsync(cancel);
            }
            catch (ChannelClosedException e) when (e.InnerException is GuacamoleException refusal)
            {
                throw refusal;
            }
            catch (ChannelClosedException)
            {
                return;
            }
        }
    }

    public async ValueTask ReceiveAsync(string base64, bool acknowledge)
    {
        var data = new byte[base64.Length * 3 / 4];
        if (!Convert.TryFromBase64String(base64, data, out var length))
            return;
        try
        {
            await _blobs.Writer.WriteAsync((data[..length], acknowledge));
        }
        catch (ChannelClosedException)
        {
            // Nobody downloads any more.
        }
    }

    public void Acknowledged(string message, string status)
    {
        if (status == "0")
            _acknowledgements.Writer.TryWrite(true);
        else
            Fail(
                GuacamoleStatus.FromCode(
                    int.TryParse(status, CultureInfo.InvariantCulture, out var code) ? code : GuacamoleStatus.ServerError.Code),
                message);
    }

    public void End()
    {
        _blobs.Writer.TryComplete();
        _acknowledgements.Writer.TryComplete();
    }

    public void Fail(GuacamoleStatus status, string message)
    {
        var refusal = GuacamoleException.Stream(status, message);
        _blobs.Writer.TryComplete(refusal);
        _acknowledgements.Writer.TryComplete(refusal);
    }

    private Task AcknowledgeAsync(string message, GuacamoleStatus status) =>
        guacd.SendAsync(Instruction.ToBytes("ack", Index, message, status.Code.ToString(CultureInfo.InvariantCulture)));
}
