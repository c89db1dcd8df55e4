using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class Lifecycle
{
    /// <summary>Whether the orchestrator itself starts and stops it.</summary>
    public static bool IsStarted(IResource resource) => resource is ProjectResource or ExecutableResource || resource.IsContainer();
}
