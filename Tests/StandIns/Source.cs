using System.Runtime.CompilerServices;

namespace GuacAspire.Tests.StandIns;

internal static class Source
{
    public static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    public static string Image => Path.Combine(Folder(), "Image");

    public static string Images => Path.GetFullPath("../../Images", Folder());

    public static string Service => Path.Combine(Folder(), "Service", "Service.csproj");
}
