using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Starts a process in a session of its own, which System.Diagnostics.Process cannot: a Ctrl-C at the terminal must reach the AppHost
/// alone.
/// </summary>
internal static unsafe partial class NativeProcess
{
    public const int Terminate = 15;
    public const int Kill = 9;

    // Larger than the structures of any C library that has these calls.
    private const int StructureSize = 2_048;
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefaults = 0x04;
    private static readonly short SetSession = (short)(OperatingSystem.IsMacOS() ? 0x400 : 0x80);

    public static int Start(
        IReadOnlyList<string> command, string directory, IEnumerable<string> environment, SafeHandle output, SafeHandle error)
    {
        using var input = File.OpenHandle("/dev/null");
        using var memory = new NativeBlocks();
        var actions = memory.Allocate(StructureSize);
        var attributes = memory.Allocate(StructureSize);
        var signals = memory.Allocate(StructureSize);
        Check(posix_spawn_file_actions_init(actions));
        Check(posix_spawnattr_init(attributes));
        try
        {
            Check(posix_spawn_file_actions_adddup2(actions, Descriptor(input), 0));
            Check(posix_spawn_file_actions_adddup2(actions, Descriptor(output), 1));
            Check(posix_spawn_file_actions_adddup2(actions, Descriptor(error), 2));
            Check(posix_spawn_file_actions_addchdir_np(actions, memory.Text(directory)));

            // The runtime ignores and blocks signals that a child has to hear.
            _ = sigemptyset(signals);
            Check(posix_spawnattr_setsigmask(attributes, signals));
            _ = sigfillset(signals);
            Check(posix_spawnattr_setsigdefault(attributes, signals));
            Check(posix_spawnattr_setflags(attributes, (short)(SetSession | SetSignalMask | SetSignalDefaults)));

            Check(posix_spawnp(
                out var pid, memory.Text(command[0]), actions, attributes, memory.Texts(command), memory.Texts([.. environment])));
            return pid;
        }
        finally
        {
            _ = posix_spawnattr_destroy(attributes);
            _ = posix_spawn_file_actions_destroy(actions);
        }
    }

    /// <summary>Blocks until the process ends; one that a signal has ended answers 128 + its number, as in a shell.</summary>
    public static int WaitForExit(int pid)
    {
        const int Interrupted = 4;
        int status;
        while (waitpid(pid, out status, 0) != pid)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) return -1;
        }

        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    public static void SignalGroup(int pid, int signal) => _ = kill(-pid, signal);

    private static int Descriptor(SafeHandle handle) => (int)handle.DangerousGetHandle();

    private static void Check(int code)
    {
        if (code != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(code));
    }

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(nint actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(nint actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(nint actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addchdir_np(nint actions, nint path);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(nint attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(nint attributes, nint signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(nint attributes, nint signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnp(out int pid, nint file, nint actions, nint attributes, nint arguments, nint environment);

    [LibraryImport("libc")]
    private static partial int sigemptyset(nint signals);

    [LibraryImport("libc")]
    private static partial int sigfillset(nint signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
