using GuacAspire.Provisioner.Reconciling;

namespace GuacAspire.Provisioner.Api;

/// <summary>Until the desktops that an earlier process left are known, nobody is told that one of them does not exist.</summary>
internal sealed class KnownDesktopsFilter(Reconciler reconciler, TimeProvider time) : IEndpointFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            await reconciler.FirstPass.WaitAsync(Patience, time, context.HttpContext.RequestAborted);
        }
        catch (TimeoutException e)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "The Provisioner is not ready", reconciler.Excuse ?? "It is still looking around.", e)
            {
                RetryAfter = Patience,
            };
        }

        return await next(context);
    }
}
