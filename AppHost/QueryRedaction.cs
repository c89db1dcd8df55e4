namespace AppHost;

/// <summary>Keeps queries, in which the tokens of tunnels stand, out of the traces.</summary>
internal static class QueryRedaction
{
    /// <summary>
    /// Has every project write <c>Redacted</c> in place of what stands in a query. In Development Aspire tells each the opposite, when it is
    /// added; what is said last counts.
    /// </summary>
    public static void AddQueryRedaction(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "false")
                .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "false");
        }
    }
}
