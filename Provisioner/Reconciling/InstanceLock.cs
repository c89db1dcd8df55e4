using System.Globalization;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>
/// Two Provisioners of one instance would each take for a crash's remains what the other is making. So a second one waits a moment, for a
/// first that is just ending, and then refuses to start. The kernel holds the lock, and frees it however its holder ends.
/// </summary>
internal sealed class InstanceLock(IOptions<DesktopsOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly string _path = Path.Combine(options.Value.Store, $"{options.Value.Instance}.lock");

    // A file that is locked cannot be read either.
    private readonly string _holder = Path.Combine(options.Value.Store, $"{options.Value.Instance}.pid");

    private FileStream? _file;

    /// <exception cref="InstanceTakenException">Another has it.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        WholeFolder.Create(options.Value.Store);
        var began = time.GetTimestamp();
        while (!TryTake())
        {
            if (time.GetElapsedTime(began) > Patience)
                throw new InstanceTakenException(options.Value.Instance, await File.ReadAllTextAsync(_holder, cancellationToken), _path);
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    // Last of all, when nothing here touches a desktop any more. The file stays: who deletes it may delete another's.
    public void Dispose() => _file?.Dispose();

    private bool TryTake()
    {
        try
        {
            _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return false;
        }

        File.WriteAllText(_holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return true;
    }
}

/// <summary>Another Provisioner looks after this instance's desktops.</summary>
internal sealed class InstanceTakenException(string instance, string process, string path) : Exception(
    $"The desktops of instance '{instance}' are looked after by another Provisioner (process {process}, which holds {path}). "
    + "End that one first, or give this one a name of its own: Desktops:Instance.");
