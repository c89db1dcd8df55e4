using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Stopping;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Provisioner.Api;

/// <summary>What concerns no single desktop: limits, guests, and the end of the whole system.</summary>
internal static class SystemApi
{
    public static IEndpointRouteBuilder MapSystemApi(this IEndpointRouteBuilder app)
    {
        var system = app.MapGroup("").WithTags("System").RequireAuthorization();
        system.MapGet("/limits", Ok<Limits> (DesktopRegistry registry, string? owner = null) => TypedResults.Ok(registry.Limits(owner)))
            .AddEndpointFilter<KnownDesktopsFilter>()
            .WithSummary("What there is, what is taken, and what the next launch would hit").Refuses(503);
        system.MapPost("/guests", async Task<Ok<Guest>> (GuestAccounts guests, CancellationToken cancellationToken) =>
            TypedResults.Ok(await guests.CreateAsync(cancellationToken)))
            .WithSummary("Makes an account for somebody without one").Refuses(502, 503);
        system.MapPut("/guests/{username}", RenewGuestAsync)
            .WithSummary("Says that such a guest is still there, so that the account does not expire").Refuses(404, 502, 503);
        system.MapDelete("/guests/{username}", RemoveGuestAsync).AddEndpointFilter<KnownDesktopsFilter>()
            .WithSummary("Removes such an account, and all that was its").Refuses(404, 502, 503);
        system.MapPost("/shutdown", ShutDownAsync)
            .WithSummary("Saves and removes every desktop; answers when all are gone").Refuses(503, 507);
        return app;
    }

    private static async Task<NoContent> RenewGuestAsync(string username, GuestAccounts guests, CancellationToken cancellationToken) =>
        await guests.RenewAsync(username, cancellationToken) ? TypedResults.NoContent() : throw NoSuchGuest(username);

    private static async Task<NoContent> RemoveGuestAsync(
        string username, GuestAccounts guests, GuestRemoval removal, CancellationToken cancellationToken)
    {
        if (guests.IsOwn(username))
            await removal.RemoveBelongingsAsync(username);
        return await guests.RemoveAsync(username, cancellationToken) ? TypedResults.NoContent() : throw NoSuchGuest(username);
    }

    private static ProblemException NoSuchGuest(string username) =>
        new(StatusCodes.Status404NotFound, "No such guest", $"There is no guest '{username}', or it is gone.");

    private static async Task<Ok> ShutDownAsync(
        DesktopRegistry registry, DesktopStopper stopper, PoolKeeper pool, MeshPhotographer photographer, Reconciler reconciler,
        IDesktopRuntime runtime, CancellationToken cancellationToken)
    {
        registry.Close();
        if (!reconciler.FirstPass.IsCompleted && await IsNobodyThereAsync(runtime, cancellationToken))
            return TypedResults.Ok();
        if (!await reconciler.HasLookedAsync(KnownDesktopsFilter.Patience, cancellationToken))
        {
            // They are taken up with Guacamole's help alone.
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "Desktops of an earlier run go on",
                $"This one has not come to know them. {reconciler.Excuse ?? "It is still looking around."}");
        }

        var desktops = registry.List();
        foreach (var desktop in desktops)
            stopper.Begin(desktop, discard: false);
        var ends = desktops.Select(desktop => Task.WhenAny(desktop.Over, desktop.Kept));
        await Task.WhenAll([.. ends, pool.CloseAsync(), photographer.CloseAsync()]).WaitAsync(cancellationToken);
        // What a failed removal has left goes now or never.
        await reconciler.RunOnceAsync(cancellationToken);
        var kept = desktops.Where(desktop => !desktop.Over.IsCompleted).ToList();
        return kept.Count == 0
            ? TypedResults.Ok()
            : throw new ProblemException(
                StatusCodes.Status507InsufficientStorage,
                "Not every desktop is gone",
                $"The work of {kept.Count} could not be saved, so they run on. {kept[0].Current.SaveFault}");
    }

    /// <summary>Who is stopped before Guacamole answers knows of nobody yet, and has nothing to wait for where there is nobody.</summary>
    private static async Task<bool> IsNobodyThereAsync(IDesktopRuntime runtime, CancellationToken cancellationToken) =>
        (await runtime.ObserveAsync(cancellationToken)).All(one => one.Container is null);
}
