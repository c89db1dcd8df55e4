using System.Collections;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts projects and executables.</summary>
internal sealed class ProcessStarter(
    ResourceConfiguration configuration, ProjectCommand projects, ResourceLoggerService loggers, ProcessRecords records) : IWorkloadStarter
{
    // The AppHost's own: a service that inherited them would listen on the dashboard's address or report as the AppHost.
    private static readonly HashSet<string> NotInherited = new(StringComparer.OrdinalIgnoreCase)
    {
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE",
        "DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE",
    };

    private static readonly string[] NotInheritedPrefixes = ["ASPIRE_", "MSBUILD", "OTEL_", "DOTNET_CLI_"];

    public Task PrepareAsync(IResource resource, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IWorkload> StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        var (command, directory) = resource switch
        {
            ExecutableResource executable => ([executable.Command], executable.WorkingDirectory),
            ProjectResource project => projects.For(project),
            _ => throw new InvalidOperationException($"'{resource.Name}' is neither a project nor an executable."),
        };
        if (!Directory.Exists(directory)) throw new OrchestrationException($"The folder {directory} of '{resource.Name}' does not exist.");

        var variables = await configuration.EnvironmentAsync(resource, cancellationToken).ConfigureAwait(false);
        var arguments = await configuration.CommandLineAsync(resource, cancellationToken).ConfigureAwait(false);
        foreach (var port in Ports(resource))
        {
            if (!PortAllocator.IsFree(port))
                throw new OrchestrationException($"Port {port}, on which '{resource.Name}' has to listen, is taken by another program; end that program or choose another port.");
        }

        try
        {
            var workload = ProcessWorkload.Start(
                resource, [.. command, .. arguments], directory, Environment(variables), variables, loggers);
            records.Add(workload.Pid, resource.Name);
            return workload;
        }
        catch (IOException failure)
        {
            throw new OrchestrationException($"'{resource.Name}' cannot be started: {command[0]}: {failure.Message}", failure);
        }
    }

    private static IEnumerable<int> Ports(IResource resource) => resource is not ProjectResource ? [] :
        resource.Annotations.OfType<EndpointAnnotation>().Select(e => e.AllocatedEndpoint?.Port).OfType<int>();

    private static IEnumerable<string> Environment(Dictionary<string, string> own)
    {
        foreach (DictionaryEntry inherited in System.Environment.GetEnvironmentVariables())
        {
            var name = (string)inherited.Key;
            var hidden = own.ContainsKey(name) || NotInherited.Contains(name)
                || NotInheritedPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
            if (!hidden) yield return $"{name}={inherited.Value}";
        }

        foreach (var (name, value) in own) yield return $"{name}={value}";
    }
}
