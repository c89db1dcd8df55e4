namespace AppHost;

internal static class OrchestratorMemory
{
    private const string GarbagePercentage = "GOGC";

    // Of this process alone, which lets 4 MB come together before it collects; it is in the launch profile, since the runtime reads it
    // before any program begins. The services have their own settings, by which they are measured.
    private const string Generation0 = "DOTNET_GCgen0size";

    /// <summary>
    /// Has the orchestrator, of which a dozen processes run, collect its garbage when a quarter has come on top of what is in use, in place
    /// of as much again. It inherits this process's environment. To be called before it is started.
    /// </summary>
    public static void Spare()
    {
        if (Environment.GetEnvironmentVariable(GarbagePercentage) is null)
            Environment.SetEnvironmentVariable(GarbagePercentage, "25");
        Environment.SetEnvironmentVariable(Generation0, null);
    }
}
