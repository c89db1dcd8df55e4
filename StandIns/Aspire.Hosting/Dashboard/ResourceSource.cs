using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>What a resource is made from: its image, project or program.</summary>
internal static class ResourceSource
{
    private static readonly string[] Properties = ["container.image", "project.path", "executable.path", "resource.source"];

    public static string? Of(IResource resource, CustomResourceSnapshot snapshot) =>
        snapshot.Properties.Where(p => Properties.Contains(p.Name) && !p.IsSensitive).Select(p => p.Value as string)
            .FirstOrDefault(v => v is not null)
        ?? resource switch
        {
            ProjectResource => resource.TryGetLastAnnotation<IProjectMetadata>(out var project) ? project.ProjectPath : null,
            ExecutableResource executable => executable.Command,
            _ => resource.TryGetContainerImageName(out var image) ? image : null,
        };
}
