namespace Aspire.Hosting.ApplicationModel;

public abstract class ContainerFileSystemItem
{
    private string? _name;

    public string Name
    {
        get => _name ?? "";
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            if (value.AsSpan().IndexOfAny('/', '\\') >= 0)
                throw new ArgumentException($"Name '{value}' must be a simple file or folder name.", nameof(value));
            _name = value;
        }
    }

    public int? Owner { get; set; }

    public int? Group { get; set; }

    public UnixFileMode Mode { get; set; }
}

public abstract class ContainerFileBase : ContainerFileSystemItem
{
    public string? Contents { get; set; }

    public string? SourcePath { get; set; }

    public bool? ContinueOnError { get; set; }
}

public sealed class ContainerFile : ContainerFileBase;

public sealed class ContainerDirectory : ContainerFileSystemItem
{
    public IEnumerable<ContainerFileSystemItem> Entries { get; set; } = [];

    public static IEnumerable<ContainerFileSystemItem> GetFileSystemItemsFromPath(string path, string searchPattern = "*",
        SearchOption searchOptions = SearchOption.TopDirectoryOnly, Action<ContainerFileSystemItem>? updateItem = null)
    {
        var fullPath = Path.GetFullPath(path);
        if (!Directory.Exists(fullPath))
        {
            if (!File.Exists(fullPath)) throw new InvalidOperationException($"The specified path '{fullPath}' does not exist.");
            return [Updated(new ContainerFile { Name = Path.GetFileName(fullPath), SourcePath = fullPath })];
        }

        var files = Directory.EnumerateFiles(fullPath, searchPattern)
            .Select(f => Updated(new ContainerFile { Name = Path.GetFileName(f), SourcePath = f }));
        var folders = searchOptions == SearchOption.TopDirectoryOnly ? [] : Directory.EnumerateDirectories(fullPath)
            .Select(d => Updated(new ContainerDirectory
            {
                Name = Path.GetFileName(d),
                Entries = GetFileSystemItemsFromPath(d, searchPattern, searchOptions, updateItem),
            }));
        return [.. files, .. folders];

        ContainerFileSystemItem Updated(ContainerFileSystemItem item)
        {
            updateItem?.Invoke(item);
            return item;
        }
    }
}

public sealed class ContainerFileSystemCallbackContext
{
    public required IServiceProvider ServiceProvider { get; init; }

    public required IResource Model { get; init; }
}

public sealed class ContainerFileSystemCallbackAnnotation : IResourceAnnotation
{
    public required string DestinationPath { get; init; }

    public int? DefaultOwner { get; init; }

    public int? DefaultGroup { get; init; }

    public UnixFileMode? Umask { get; set; }

    public required Func<ContainerFileSystemCallbackContext, CancellationToken, Task<IEnumerable<ContainerFileSystemItem>>> Callback { get; init; }
}
