namespace AppHost;

internal static class Welcome
{
    /// <summary>Says, once the front door answers, where it is and with what to come in as the administrator.</summary>
    public static IResourceBuilder<NginxResource> WithWelcome(
        this IResourceBuilder<NginxResource> builder, IResourceBuilder<GuacamoleResource> guacamole) =>
        builder.OnResourceReady(async (nginx, _, cancellationToken) => await Console.Out.WriteLineAsync($"""

            GuacAspire is ready.
              Portal          http://localhost:{nginx.PrimaryEndpoint.Port}
              Administrator   {guacamole.Resource.UserName}
              Password        {await guacamole.Resource.PasswordParameter.GetValueAsync(cancellationToken)}
            Ctrl-C saves every desktop and ends it.

            """));
}
