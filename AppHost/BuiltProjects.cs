namespace AppHost;

internal static class BuiltProjects
{
    /// <summary>
    /// Starts every project from what was built together with this one. Otherwise each is started by a "dotnet run" of its own, which looks
    /// through the whole project first (two seconds of a core) and then stays beside it (65 MB). To be called when all projects have been added.
    /// </summary>
    /// <remarks>A development environment that starts projects itself, or a watch for changes, goes on doing so.</remarks>
    public static void RunProjectsAsBuilt(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode
            || builder.Configuration["DEBUG_SESSION_PORT"] is not null || builder.Configuration["DOTNET_WATCH"] is not null)
            return;
        foreach (var project in builder.Resources.OfType<ProjectResource>().ToArray())
        {
            var folder = Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath)!;
            var output = Path.Combine(folder, "bin", Configuration, Framework);
            // One is there for every program: its name is the program's.
            const string Suffix = ".runtimeconfig.json";
            if (!Directory.Exists(output) || Directory.GetFiles(output, "*" + Suffix) is not [var program])
                continue;
            builder.CreateResourceBuilder(project)
                .WithAnnotation(new ExecutableAnnotation { Command = "dotnet", WorkingDirectory = folder }, ResourceAnnotationMutationBehavior.Replace)
                .WithArgs(context => context.Args.Insert(0, $"{program[..^Suffix.Length]}.dll"));
        }
    }

    // …/bin/Debug/net10.0/
    private static string Framework => Path.GetFileName(Output);

    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(Output)!);

    private static string Output => AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
}
