using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, options => options.UseProfile(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new() => builder.Add(name, new TProject(), configure);

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath) =>
        builder.AddProject(name, projectPath, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, string? launchProfileName) =>
        builder.AddProject(name, projectPath, options => options.UseProfile(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath,
        Action<ProjectResourceOptions> configure) =>
        builder.Add(name, new ProjectPathMetadata(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);

    private static void UseProfile(this ProjectResourceOptions options, string? name)
    {
        options.ExcludeLaunchProfile = name is null;
        options.LaunchProfileName = name;
    }

    private static IResourceBuilder<ProjectResource> Add(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ProjectResourceOptions();
        configure(options);

        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata).WithOtlpExporter();
        project.WithEnvironment(AspNetCoreUrls.Set);
        if (options.ExcludeLaunchProfile) return project;

        var fallback = builder.Configuration["AppHost:DefaultLaunchProfileName"] ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        return LaunchProfiles.Find(metadata, options.LaunchProfileName, fallback) is var (profileName, profile)
            ? project.WithLaunchProfile(profileName, profile)
            : project;
    }

    private static IResourceBuilder<ProjectResource> WithLaunchProfile(
        this IResourceBuilder<ProjectResource> builder, string profileName, LaunchProfile profile)
    {
        var seen = new Dictionary<string, int>();
        foreach (var address in profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [])
        {
            var uri = new Uri(address.Replace(
                "://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal));
            var count = seen[uri.Scheme] = seen.GetValueOrDefault(uri.Scheme) + 1;
            builder.WithEndpoint(count == 1 ? uri.Scheme : $"{uri.Scheme}{count}", endpoint =>
            {
                endpoint.Port = uri.Port;
                endpoint.UriScheme = uri.Scheme;
                endpoint.FromLaunchProfile = true;
            });
        }

        if (profile.CommandLineArgs is { Length: > 0 } line) builder.WithArgs(CommandLine.Split(line));
        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profileName);
            foreach (var (key, value) in profile.EnvironmentVariables)
                context.EnvironmentVariables.TryAdd(key, Environment.ExpandEnvironmentVariables(value));
        });
    }
}
