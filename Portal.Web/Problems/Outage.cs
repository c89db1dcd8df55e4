using Polly.Timeout;

namespace GuacAspire.Portal.Web.Problems;

/// <summary>Tells an edge that does not answer from a caller who gave up and from a fault of ours.</summary>
internal static class Outage
{
    public static bool Is(Exception exception, CancellationToken caller) => exception switch
    {
        HttpRequestException or IOException or TimeoutRejectedException => true,
        OperationCanceledException => !caller.IsCancellationRequested,
        _ => false,
    };
}
