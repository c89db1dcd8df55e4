using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public class ContainerResource(string name, string? entrypoint = null) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
{
    public string? Entrypoint { get; set; } = entrypoint;
}

public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery,
    IResourceWithWaitSupport, IResourceWithProbes, IComputeResource, IContainerFilesDestinationResource;

public class ExecutableResource : Resource,
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
{
    public ExecutableResource(string name, string command, string workingDirectory) : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        Annotations.Add(new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory });
    }

    public string Command => Annotation.Command;

    public string WorkingDirectory => Annotation.WorkingDirectory;

    private ExecutableAnnotation Annotation => this.TryGetLastAnnotation<ExecutableAnnotation>(out var annotation)
        ? annotation : throw new InvalidOperationException($"The executable '{Name}' has no command.");
}

public sealed class ExecutableAnnotation : IResourceAnnotation
{
    public required string Command { get; set; }

    public required string WorkingDirectory { get; set; }
}

public class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithoutLifetime
{
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}

internal sealed class ParameterConnectionStringResource(ParameterResource parameter, string? environmentVariable)
    : Resource(parameter.Name), IResourceWithConnectionString, IResourceWithoutLifetime
{
    public ReferenceExpression ConnectionStringExpression { get; } = ReferenceExpression.Create($"{parameter}");

    public string? ConnectionStringEnvironmentVariable => environmentVariable;

    [SuppressMessage("Performance", "CA1822", Justification = "Reads the parameter of this instance.")]
    internal ParameterResource Parameter => parameter;
}
