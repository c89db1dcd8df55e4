using GuacAspire.Provisioner.Draining;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Provisioner.Api;

/// <summary>Empties this machine, for its repair say, and lets it be filled again.</summary>
internal static class DrainApi
{
    public static IEndpointRouteBuilder MapDrainApi(this IEndpointRouteBuilder app)
    {
        var drain = app.MapGroup("/drain").WithTags("System").RequireAuthorization().AddEndpointFilter<KnownDesktopsFilter>()
            .Refuses(503);
        drain.MapGet("", Ok<Drain> (DrainReport report) => TypedResults.Ok(report.Now()))
            .WithSummary("Whether this machine is being emptied, and how many desktops are left");
        drain.MapPost("", Begin)
            .WithSummary("Admits no launches from now on, and saves and removes every desktop")
            .WithDescription(
                "Everybody is told at once and has `within` seconds (by default Desktops:SaveWarning; at most a day). Asked again, it changes nothing, "
                + "but that a shorter time holds and that what could not be saved is tried at once. It survives a restart; DELETE /drain ends it.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        drain.MapDelete("", End).WithSummary("Admits launches again; desktops that are left stay");
        return app;
    }

    private static Accepted<Drain> Begin(DrainKeeper keeper, DrainReport report, int? within = null)
    {
        if (within < 0 || within > DrainKeeper.Longest.TotalSeconds)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "That is no time to give people",
                $"'within' is {within}; it must be 0 to {DrainKeeper.Longest.TotalSeconds:0} seconds.");
        }

        keeper.Begin(within is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return TypedResults.Accepted("/drain", report.Now());
    }

    private static Ok<Drain> End(DrainKeeper keeper, DrainReport report)
    {
        keeper.End();
        return TypedResults.Ok(report.Now());
    }
}
