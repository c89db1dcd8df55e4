using System.Text.Json;
using GuacAspire.Provisioner.Launching;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GuacAspire.Provisioner.Api;

/// <summary>
/// The form of a launch, read as it arrives: first the part <c>launch</c>, so that a refusal need not wait for the mesh, then the part
/// <c>file</c>, which is never held in memory. A launch that resumes saved work has no such part.
/// </summary>
internal sealed record LaunchForm(LaunchRequest Launch, Stream? Mesh)
{
    private const int MaxNameLength = 255;

    public static async Task<LaunchForm> ReadAsync(HttpRequest request, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "This is no form",
                "Send multipart/form-data with the parts 'launch' and 'file'.");
        }

        try
        {
            var reader = new MultipartReader(boundary.Value!, request.Body);
            var launch = await ReadLaunchAsync(await NextAsync(reader, "launch", cancellationToken), json.Value, cancellationToken);
            Check(launch);
            if (launch.Resume is not null)
                return new(launch, null);
            var file = await NextAsync(reader, "file", cancellationToken);
            return new(launch, file.Body);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Bad("The form is broken off or too large in its headers.", e);
        }
    }

    private static async Task<MultipartSection> NextAsync(MultipartReader reader, string name, CancellationToken cancellationToken)
    {
        var section = await reader.ReadNextSectionAsync(cancellationToken);
        return section?.GetContentDispositionHeader() is { } disposition && HeaderUtilities.RemoveQuotes(disposition.Name) == name
            ? section
            : throw Bad($"The part '{name}' is missing; the part 'launch' comes first, then 'file'.");
    }

    private static async Task<LaunchRequest> ReadLaunchAsync(
        MultipartSection section, JsonOptions json, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<LaunchRequest>(section.Body, json.SerializerOptions, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw Bad("The part 'launch' is no launch: it needs owner, mesh and fileName.", e);
        }
    }

    private static void Check(LaunchRequest launch)
    {
        if (new[] { launch.Owner, launch.Mesh, launch.FileName }.Any(text => string.IsNullOrWhiteSpace(text) || text.Length > MaxNameLength)
            || launch.IdempotencyKey?.Length > MaxNameLength)
        {
            throw Bad($"The part 'launch' needs owner, mesh and fileName, each of at most {MaxNameLength} characters.");
        }

        if ((launch.Width, launch.Height) is not (null, null) && !new ScreenSize(launch.Width ?? 0, launch.Height ?? 0).IsWithinBounds())
            throw Bad($"The screen's width and height come together, in pixels, {ScreenSizes.Bounds}, or not at all.");

        if (!MeshFormats.IsKnown(launch.FileName))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "Blender does not open this format here",
                $"'{launch.FileName}' is none of {MeshFormats.All}.");
        }
    }

    private static ProblemException Bad(string detail, Exception? e = null) =>
        new(StatusCodes.Status400BadRequest, "The launch makes no sense", detail, e);
}
