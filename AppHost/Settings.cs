namespace AppHost;

/// <summary>Settings of the AppHost that are a service's own.</summary>
internal static class Settings
{
    /// <summary>Passes a setting on to a service, where somebody has made it.</summary>
    public static IResourceBuilder<ProjectResource> WithSetting(this IResourceBuilder<ProjectResource> service, string name) =>
        service.ApplicationBuilder.Configuration[name] is { Length: > 0 } value
            ? service.WithEnvironment(name.Replace(":", "__", StringComparison.Ordinal), value)
            : service;
}
