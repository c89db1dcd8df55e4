using System.Runtime.InteropServices;

namespace GuacAspire.Gateway.Memory;

/// <summary>What the C library keeps of the memory that the runtime, its compiler and TLS have asked it for.</summary>
internal static class NativeMemory
{
    private const int MaxArenas = -8;

    /// <summary>
    /// Makes all threads share one heap. By default each gets its own, which then keeps what it ever needed; that pays only where many
    /// threads allocate at once, and here hardly anything does after the start.
    /// </summary>
    public static void KeepTogether() => Call(static () => SetOption(MaxArenas, 1));

    /// <summary>Gives back to the system what is free.</summary>
    public static void Trim() => Call(static () => Trim(0));

    private static void Call(Func<int> function)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            function();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than GNU's, which keeps less.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint keep);
}
