using System.Formats.Tar;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Packs the files of WithContainerFiles, to be unpacked at the root of a container that has not been started yet.</summary>
internal static class ContainerFilesArchive
{
    private const UnixFileMode FileMode = (UnixFileMode)0b110_110_110;
    private const UnixFileMode DirectoryMode = (UnixFileMode)0b111_111_111;
    private const UnixFileMode DefaultUmask = (UnixFileMode)0b000_010_010;

    public static async Task<MemoryStream?> CreateAsync(IResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        var annotations = resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>().ToArray();
        if (annotations.Length == 0) return null;

        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var annotation in annotations)
            {
                var context = new ContainerFileSystemCallbackContext { Model = resource, ServiceProvider = services };
                var items = await annotation.Callback(context, cancellationToken).ConfigureAwait(false);
                await AddAsync(writer, annotation, annotation.DestinationPath.Trim('/'), items, cancellationToken).ConfigureAwait(false);
            }
        }

        archive.Position = 0;
        return archive;
    }

    private static async Task AddAsync(
        TarWriter writer, ContainerFileSystemCallbackAnnotation annotation, string folder, IEnumerable<ContainerFileSystemItem> items,
        CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            var path = folder.Length == 0 ? item.Name : $"{folder}/{item.Name}";
            if (item is ContainerDirectory directory)
            {
                await writer.WriteEntryAsync(Owned(new(TarEntryType.Directory, path + "/"), DirectoryMode), cancellationToken)
                    .ConfigureAwait(false);
                await AddAsync(writer, annotation, path, directory.Entries, cancellationToken).ConfigureAwait(false);
            }
            else if (item is ContainerFileBase file)
            {
                var entry = Owned(new(TarEntryType.RegularFile, path), FileMode);
                await using var content = Open(file);
                entry.DataStream = content;
                await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            }

            PaxTarEntry Owned(PaxTarEntry entry, UnixFileMode mode)
            {
                entry.Mode = item.Mode != 0 ? item.Mode : mode & ~(annotation.Umask ?? DefaultUmask);
                entry.Uid = item.Owner ?? annotation.DefaultOwner ?? 0;
                entry.Gid = item.Group ?? annotation.DefaultGroup ?? 0;
                return entry;
            }
        }
    }

    private static Stream Open(ContainerFileBase file) => file switch
    {
        { Contents: not null, SourcePath: not null } => throw new OrchestrationException(
            $"The container file '{file.Name}' has both contents and a source path."),
        { SourcePath: { } path } => File.OpenRead(path),
        _ => new MemoryStream(Encoding.UTF8.GetBytes(file.Contents ?? "")),
    };
}
