using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The files of an image's build: hashed, to know whether they have changed, and packed, to be sent.</summary>
internal sealed class BuildContext
{
    private const string OutsideDockerfile = ".aspire.Dockerfile";
    private readonly List<(string Name, string Path)> _files = [];

    public BuildContext(IResource resource, DockerfileBuildAnnotation build)
    {
        if (!Directory.Exists(build.ContextPath))
            throw new OrchestrationException(
                $"The folder {build.ContextPath}, from which the image of '{resource.Name}' is built, does not exist.");
        if (!File.Exists(build.DockerfilePath))
            throw new OrchestrationException(
                $"{build.DockerfilePath}, from which the image of '{resource.Name}' is built, does not exist.");

        var ignore = DockerIgnore.Read(build.ContextPath, build.DockerfilePath);
        Dockerfile = Name(build.ContextPath, build.DockerfilePath);
        if (Dockerfile.StartsWith("../", StringComparison.Ordinal)) Dockerfile = OutsideDockerfile;
        _files.Add((Dockerfile, build.DockerfilePath));
        var found = Directory.EnumerateFiles(
            build.ContextPath, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(path => (Name: Name(build.ContextPath, path), Path: path));
        _files.AddRange(found.Where(f => f.Name != Dockerfile && !ignore.Excludes(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal));
    }

    public string Dockerfile { get; }

    public async Task<string> HashAsync(IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var setting in settings) Add(setting);
        foreach (var (name, path) in _files)
        {
            Add(name);
            if (!OperatingSystem.IsWindows()) Add(File.GetUnixFileMode(path).ToString());
            await using var content = File.OpenRead(path);
            hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    /// <summary>Packed into a file that is gone when closed, since a context may be larger than memory should be.</summary>
    public async Task<Stream> PackAsync(CancellationToken cancellationToken)
    {
        var archive = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, path) in _files) await writer.WriteEntryAsync(path, name, cancellationToken).ConfigureAwait(false);
        }

        archive.Position = 0;
        return archive;
    }

    private static string Name(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
