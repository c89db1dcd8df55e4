using Polly;

namespace GuacAspire.Portal.Web;

internal static class EdgeExtensions
{
    /// <summary>A client of another part of the system, without the resilience of every client: most calls must not happen twice.</summary>
    public static IHttpClientBuilder AsEdge(this IHttpClientBuilder client)
    {
        // Singletons hold these clients: the connections are what is renewed, not the handlers.
        client.SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        client.UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2));

#pragma warning disable EXTEXP0001 // The defaults of every client are for calls between services, not for a person who waits.
        return client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }

    /// <summary>
    /// Waits so long for each answer, and tries a read again, quickly, when nobody answered; nothing that changes something. What one call
    /// comes to says nothing about the next: a refusal is an answer, and who hangs is perhaps one desktop.
    /// </summary>
    public static void AddPatience(this IHttpClientBuilder client, TimeSpan patience) =>
        client.AddStandardResilienceHandler(options =>
        {
            options.AttemptTimeout.Timeout = patience;
            options.TotalRequestTimeout.Timeout = patience * 2;
            options.Retry.MaxRetryAttempts = 2;
            options.Retry.Delay = TimeSpan.FromMilliseconds(150);
            options.Retry.ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is HttpRequestException
                && arguments.Context.GetRequestMessage()?.Method == HttpMethod.Get);
            // What is away refuses connections at once, so there is nobody to be spared; and who is refused often would close it for all.
            options.CircuitBreaker.ShouldHandle = static _ => PredicateResult.False();
            options.CircuitBreaker.SamplingDuration = patience * 2;
            // A thousand who wait for their saves must not keep others from being heard.
            options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
        });
}
