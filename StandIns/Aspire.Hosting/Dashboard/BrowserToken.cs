using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>The token of the login link, and the cookie that it is exchanged for.</summary>
internal sealed class BrowserToken(DashboardSettings settings)
{
    private const int MaxLength = 1024;

    private string? _session;

    public string Value { get; } = settings.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    // Derived, so that a token which is configured keeps its cookie across runs, and no cookie tells the token.
    private string Session =>
        _session ??= Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Value), "dashboard session"u8));

    public bool Accepts(string? token) => Same(token, Value);

    public bool IsSignedIn(HttpContext context) => Same(context.Request.Cookies[CookieName(context)], Session);

    public void SignIn(HttpContext context) => context.Response.Cookies.Append(CookieName(context), Session, new()
    {
        HttpOnly = true,
        // Strict would drop the cookie on the way from a link in an editor or a chat; requests that change anything check their origin.
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(3),
        IsEssential = true,
    });

    public static void SignOut(HttpContext context) => context.Response.Cookies.Delete(CookieName(context));

    // Cookies are shared between the ports of a host, and two AppHosts may run side by side.
    private static string CookieName(HttpContext context) => $".Aspire.Dashboard.{context.Connection.LocalPort}";

    private static bool Same(string? given, string expected) => given is { Length: > 0 and <= MaxLength }
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
