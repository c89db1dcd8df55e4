using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ExecutableResourceBuilderExtensions
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string command,
        string workingDirectory, params string[]? args) => builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string command,
        string workingDirectory, params object[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var directory = Path.GetFullPath(workingDirectory, builder.AppHostDirectory);
        return builder.AddResource(new ExecutableResource(name, command, directory)).WithArgs(args ?? []);
    }

    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string command) where T : ExecutableResource
    {
        Annotation(builder.Resource).Command = command;
        return builder;
    }

    public static IResourceBuilder<T> WithWorkingDirectory<T>(this IResourceBuilder<T> builder, string workingDirectory)
        where T : ExecutableResource
    {
        Annotation(builder.Resource).WorkingDirectory = Path.GetFullPath(workingDirectory, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    private static ExecutableAnnotation Annotation(ExecutableResource resource) =>
        resource.Annotations.OfType<ExecutableAnnotation>().Last();
}
