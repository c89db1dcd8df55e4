using Docker.DotNet;
using Docker.DotNet.Models;

namespace GuacAspire.Bench.Launch;

/// <summary>The image that the running system's desktops are made of, and the guacd that shows them.</summary>
/// <param name="Name">The image.</param>
/// <param name="Guacd">The container.</param>
internal sealed record DesktopImage(string Name, string Guacd)
{
    public static async Task<DesktopImage> FindAsync(DockerClient engine, CancellationToken cancellationToken)
    {
        var labelled = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["guacaspire.guacd"] = true } };
        var guacd = (await engine.Containers.ListContainersAsync(new() { Filters = labelled }, cancellationToken)).FirstOrDefault()
            ?? throw new InvalidOperationException("No guacd runs; start the system with ./run first.");
        var prefix = $"guacaspire/blender-{guacd.Labels["guacaspire.guacd"]}:";
        var tags = (await engine.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken)).SelectMany(image => image.RepoTags ?? []);
        return new(tags.First(tag => tag.StartsWith(prefix, StringComparison.Ordinal)), guacd.ID);
    }
}
