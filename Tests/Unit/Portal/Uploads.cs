using System.Net.Http.Headers;
using System.Text;

namespace GuacAspire.Tests.Unit.Portal;

internal static class Uploads
{
    public const string Triangle = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n";

    public static IEnumerable<string> KeptBy(PortalApp app) => Directory.EnumerateFileSystemEntries(Path.Combine(app.Data, "uploads"));

    public static async Task<HttpResponseMessage> SendAsync(Browser browser, string name, string content)
    {
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal)}\"" };
        using var form = new MultipartFormDataContent { file };
        return await browser.PostAsync("/api/meshes", form);
    }
}
