namespace AppHost;

internal static class Secrets
{
    /// <summary>Adds a parameter whose value is generated at the first run and persists across runs.</summary>
    /// <remarks>Letters and digits only: the values travel in connection strings, URLs and shells.</remarks>
    public static IResourceBuilder<ParameterResource> AddSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
}
