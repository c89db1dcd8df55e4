using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Guacamole;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for recording what happens on the screens of connections.</summary>
public static class RecordingsBuilderExtensions
{
    private const string Section = "Recordings";

    /// <summary>Gives guacd a folder to record into, in which the Guacamole server finds what belongs to its history.</summary>
    /// <param name="guacamole">The Guacamole server.</param>
    /// <param name="name">Tells the recordings of this application from those of another on the same machine.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// The folder is the one in <c>Recordings:Directory</c>, or else lies below the user's local application data, root's below
    /// <c>/var/lib</c>; it is nobody else's to read. guacd runs as the user who owns it, or where that is root as one who owns nothing
    /// else. In publish mode nothing is mounted: where the parts run then, whoever deploys them chooses a place. A server that somebody
    /// else runs cannot be told to record.
    /// </remarks>
    public static IResourceBuilder<GuacamoleResource> WithRecordings(this IResourceBuilder<GuacamoleResource> guacamole, string name)
    {
        ArgumentNullException.ThrowIfNull(guacamole);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = guacamole.ApplicationBuilder;
        if (guacamole.Resource is not { Guacd: { } guacd, Server: { } server })
            return guacamole;
        if (!builder.ExecutionContext.IsRunMode || OperatingSystem.IsWindows())
            return guacamole;

        var path = builder.Configuration[$"{Section}:Directory"] is { Length: > 0 } configured
            ? Path.GetFullPath(configured, builder.AppHostDirectory)
            : Path.Combine(RecordingsFolder.DefaultRoot, "guacaspire", name, "recordings");
        var folder = new RecordingsFolder(path, isShared: server is ContainerResource);
        guacamole.Resource.RecordingsDirectory = path;
        builder.CreateResourceBuilder(guacd)
            // The same path on both sides, since Guacamole tells guacd where to record.
            .WithBindMount(path, path)
            .WithContainerRuntimeArgs("--user", string.Create(CultureInfo.InvariantCulture, $"{folder.UserId}:{folder.GroupId}"))
            .OnBeforeResourceStarted((_, _, _) =>
            {
                folder.Create();
                return Task.CompletedTask;
            });
        if (server is ContainerResource container)
        {
            builder.CreateResourceBuilder(container)
                .WithBindMount(path, path, isReadOnly: true)
                .WithContainerRuntimeArgs("--group-add", folder.GroupId.ToString(CultureInfo.InvariantCulture))
                .WithEnvironment("RECORDING_SEARCH_PATH", path);
        }
        else if (server is ProjectResource project)
        {
            builder.CreateResourceBuilder(project).WithEnvironment("RECORDING_SEARCH_PATH", path);
        }

        return guacamole;
    }

    /// <summary>Tells a service where recordings lie, and their bounds: the section <c>Recordings</c> of the configuration.</summary>
    internal static IResourceBuilder<T> WithRecordingsOf<T>(this IResourceBuilder<T> builder, GuacamoleResource guacamole)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context =>
    {
        var options = builder.ApplicationBuilder.Configuration.GetSection(Section).GetChildren();
        foreach (var option in options.Where(option => option.Value is not null))
            context.EnvironmentVariables[$"{Section}__{option.Key}"] = option.Value!;
        context.EnvironmentVariables[$"{Section}__Directory"] = guacamole.RecordingsDirectory ?? "";
    });
}
