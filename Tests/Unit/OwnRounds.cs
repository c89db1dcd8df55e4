using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GuacAspire.Tests.Unit;

/// <summary>Rounds of background services that a test does itself.</summary>
internal static class OwnRounds
{
    /// <summary>
    /// Leaves out the background services that would do them whenever the test's clock moves: such a round may still be under way, or not
    /// even have begun, when the test has come to its next step.
    /// </summary>
    public static void LeaveOut(IServiceCollection services, IEnumerable<Type> rounds)
    {
        foreach (var type in rounds)
            services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && TypeOf(service) == type));
    }

    // A factory's delegate tells by its own type what it makes.
    private static Type? TypeOf(ServiceDescriptor service) =>
        service.ImplementationType ?? service.ImplementationFactory?.GetType().GenericTypeArguments[1];
}
