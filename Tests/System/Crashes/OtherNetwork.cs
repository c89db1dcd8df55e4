using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>The network namespace of another process. A socket stays in the one in which it was made, whoever uses it.</summary>
internal sealed partial class OtherNetwork(int process)
{
    private const int NetworkNamespace = 0x40000000;

    private readonly string _path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/net");

    /// <summary>Gets the command that runs another there.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net={_path}"];

    /// <summary>Makes something there.</summary>
    public T Make<T>(Func<T> make)
    {
        T made = default!;
        ExceptionDispatchInfo? fault = null;
        // Only a thread changes over, and it does not come back.
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle(_path, share: FileShare.ReadWrite);
                if (SetNamespace(network, NetworkNamespace) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                made = make();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        fault?.Throw();
        return made;
    }

    /// <summary>What an HTTP client needs to reach whoever is there.</summary>
    public HttpMessageHandler Way() => new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var client = Make(() => new TcpClient(AddressFamily.InterNetwork));
            await client.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return client.GetStream();
        },
    };

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle network, int kind);
}
