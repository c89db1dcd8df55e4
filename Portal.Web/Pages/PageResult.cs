namespace GuacAspire.Portal.Web.Pages;

/// <summary>One of the pages in wwwroot. What it shows depends on who asks, so it is never kept.</summary>
internal sealed class PageResult(string name, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-store";
        var file = httpContext.RequestServices.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo(name);
        return httpContext.Response.SendFileAsync(file, httpContext.RequestAborted);
    }
}
