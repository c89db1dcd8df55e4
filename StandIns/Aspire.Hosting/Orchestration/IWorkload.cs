using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What runs for a resource: a container or a process.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Ends with the exit code, or null if nobody could tell it.</summary>
    Task<int?> Exited { get; }

    ImmutableArray<ResourcePropertySnapshot> Properties { get; }

    ImmutableArray<EnvironmentVariableSnapshot> Environment { get; }

    /// <summary>Asks it to end, makes it end after the grace, and leaves nothing of it behind.</summary>
    Task StopAsync(TimeSpan grace, CancellationToken cancellationToken);
}

internal interface IWorkloadStarter
{
    /// <summary>Does what takes long and needs no other resource to run: has the image pulled or built.</summary>
    Task PrepareAsync(IResource resource, CancellationToken cancellationToken);

    Task<IWorkload> StartAsync(IResource resource, CancellationToken cancellationToken);
}
