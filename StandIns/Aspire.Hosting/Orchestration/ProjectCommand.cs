using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Finds what a project was built to; the AppHost's build has built it.</summary>
internal sealed class ProjectCommand(DistributedApplicationOptions options)
{
    /// <summary>The build writes under this key, followed by the project's path, where each project's output lies.</summary>
    public const string TargetPathKey = "aspireprojecttarget:";

    public (string[] Command, string Directory) For(ProjectResource project)
    {
        var metadata = project.Annotations.OfType<IProjectMetadata>().Last();
        var directory = Path.GetDirectoryName(metadata.ProjectPath)!;
        var target = Known(metadata.ProjectPath) ?? Newest(metadata.ProjectPath)
            ?? throw new OrchestrationException($"'{project.Name}' is not built: build {metadata.ProjectPath}, then start again.");

        return ([DotNet(), "exec", target], directory);
    }

    private string? Known(string projectPath) => options.Assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == TargetPathKey + projectPath)?.Value is { } path && File.Exists(path) ? path : null;

    private string? Newest(string projectPath)
    {
        var output = Path.Combine(Path.GetDirectoryName(projectPath)!, "bin");
        if (!Directory.Exists(output)) return null;

        var configuration = options.Assembly?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        return new DirectoryInfo(output)
            .EnumerateFiles(Path.GetFileNameWithoutExtension(projectPath) + ".runtimeconfig.json", SearchOption.AllDirectories)
            .OrderByDescending(f => f.FullName.Contains(
                $"{Path.DirectorySeparatorChar}{configuration}{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ThenByDescending(f => f.LastWriteTimeUtc)
            .Select(f => f.FullName.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal)).FirstOrDefault(File.Exists);
    }

    // The runtime that runs this process lies in <root>/shared/Microsoft.NETCore.App/<version>.
    private static string DotNet()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }
}
