using GuacAspire.Provisioner.Reconciling;

namespace GuacAspire.Provisioner.Api;

/// <summary>Until the desktops that an earlier process left are known, nobody is told that one of them does not exist.</summary>
internal sealed class KnownDesktopsFilter(Reconciler reconciler) : IEndpointFilter
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!await reconciler.HasLookedAsync(Patience, context.HttpContext.RequestAborted))
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "The Provisioner is not ready", reconciler.Excuse ?? "It is still looking around.")
            {
                RetryAfter = Patience,
            };
        }

        return await next(context);
    }
}
