namespace GuacAspire.Bench;

internal static class Folders
{
    public static string Repository { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GuacAspire.sln")))
                return folder.FullName;
        }

        return Environment.CurrentDirectory;
    }
}
