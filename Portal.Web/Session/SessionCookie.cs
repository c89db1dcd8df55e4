namespace GuacAspire.Portal.Web.Session;

internal static class SessionCookie
{
    public const string Name = "guacaspire";

    public static void Set(HttpContext context, string key) =>
        context.Response.Cookies.Append(Name, key, OptionsFor(context, TimeSpan.FromDays(7)));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, OptionsFor(context, null));

    private static CookieOptions OptionsFor(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
