using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class VolumeNameGenerator
{
    public static string Generate<T>(IResourceBuilder<T> builder, string suffix) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!ValidSuffix().IsMatch(suffix))
            throw new ArgumentException(
                $"The suffix '{suffix}' contains invalid characters. It must match [a-zA-Z0-9][a-zA-Z0-9_.-]*.", nameof(suffix));

        var application = builder.ApplicationBuilder;
        var name = Invalid().Replace(application.Environment.ApplicationName, "_").ToLowerInvariant();
        var hash = application.Configuration["AppHost:Sha256"]![..10].ToLowerInvariant();
        return $"{name}-{hash}-{builder.Resource.Name}-{suffix}";
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")]
    private static partial Regex ValidSuffix();

    [GeneratedRegex("^[^a-zA-Z0-9]|[^a-zA-Z0-9_.-]")]
    private static partial Regex Invalid();
}
