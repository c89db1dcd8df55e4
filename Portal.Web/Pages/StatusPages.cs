using Microsoft.AspNetCore.Diagnostics;

namespace GuacAspire.Portal.Web.Pages;

/// <summary>Gives an empty refusal its words: a page to a person at a wrong address, problem+json to everybody else.</summary>
internal static class StatusPages
{
    public static async Task WriteAsync(StatusCodeContext context)
    {
        var request = context.HttpContext.Request;
        var response = context.HttpContext.Response;
        var isPage = response.StatusCode == StatusCodes.Status404NotFound
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !request.Path.StartsWithSegments("/api");
        if (isPage)
            await new PageResult("notfound.html", StatusCodes.Status404NotFound).ExecuteAsync(context.HttpContext);
        else
            await Results.Problem(statusCode: response.StatusCode).ExecuteAsync(context.HttpContext);
    }
}
