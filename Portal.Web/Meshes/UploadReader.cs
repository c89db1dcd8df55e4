using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>Finds the file in a multipart request without keeping the request anywhere.</summary>
internal static class UploadReader
{
    public static async Task<(string Name, Stream Content)> FindFileAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
            throw UploadRefusals.NoFile();

        var reader = new MultipartReader(boundary.ToString(), request.Body);
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader() is { } disposition
                && disposition.IsFileDisposition()
                && HeaderUtilities.RemoveQuotes(disposition.Name) == "file")
            {
                var name = disposition.FileNameStar.HasValue
                    ? disposition.FileNameStar
                    : HeaderUtilities.RemoveQuotes(disposition.FileName);
                return (name.ToString(), section.Body);
            }
        }

        throw UploadRefusals.NoFile();
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw UploadRefusals.NoFile();
        }
    }
}
