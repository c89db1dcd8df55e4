using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Security;

/// <summary>What one address may do per minute. Reads are not limited.</summary>
internal static class RateLimits
{
    public const string Guests = "guests";
    public const string Launches = "launches";
    public const string Redemptions = "redemptions";

    public static IServiceCollection AddPortalRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<FailedLogins>();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<PortalOptions>>((limiter, portal) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
            limiter.AddPolicy(Guests, context => PerMinute(context, portal.Value.GuestsPerMinute));
            limiter.AddPolicy(Launches, context => PerMinute(context, portal.Value.LaunchesPerMinute));
            limiter.AddPolicy(Redemptions, context => PerMinute(context, portal.Value.RedemptionsPerMinute));
        });
        return services.AddRateLimiter(_ => { });
    }

    private static RateLimitPartition<string> PerMinute(HttpContext context, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter(
            ClientAddress.Of(context),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });

    private static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new ProblemDetailsContext
        {
            HttpContext = context.HttpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status429TooManyRequests,
                Title = "That was too often",
                Detail = $"Your address has done this as often as it may in one minute. Try again in {seconds} seconds.",
                Extensions = { ["limit"] = "perAddress", ["available"] = 0, ["retryAfterSeconds"] = seconds },
            },
        });
    }
}
