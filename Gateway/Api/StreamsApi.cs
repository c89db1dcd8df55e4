using System.Net.Mime;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;
using Microsoft.AspNetCore.Http.Features;

namespace GuacAspire.Gateway.Api;

/// <summary>
/// <c>/api/session/tunnels/{uuid}/streams/{index}/{filename}</c>: files that pass a tunnel's streams without passing the page.
/// </summary>
internal static class StreamsApi
{
    public static void MapStreams(this IEndpointRouteBuilder tunnels)
    {
        tunnels.MapGet("/{uuid}/streams/{index:int}/{filename}", DownloadAsync);
        tunnels.MapPost("/{uuid}/streams/{index:int}/{filename}", UploadAsync);
    }

    private static async Task DownloadAsync(string uuid, int index, string filename, HttpContext context, Session owner, string? type)
    {
        var tunnel = Require(owner, uuid);
        context.Response.ContentType = string.IsNullOrEmpty(type) ? MediaTypeNames.Application.Octet : type;
        // The type is the asker's word, and the content anybody's: neither may become a page of this origin.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "sandbox";
        if (context.Response.ContentType == MediaTypeNames.Application.Octet)
            context.Response.Headers.ContentDisposition = "attachment";
        await tunnel.Streams.DownloadAsync(index, context.Response.Body, context.RequestAborted);
    }

    private static async Task<IResult> UploadAsync(string uuid, int index, string filename, HttpContext context, Session owner)
    {
        var tunnel = Require(owner, uuid);
        // Nothing is kept here, and guacd sets the pace.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        await tunnel.Streams.UploadAsync(index, context.Request.Body, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static Tunnel Require(Session owner, string uuid) =>
        owner.FindTunnel(uuid) ?? throw GuacamoleException.Missing("No such tunnel.");
}
