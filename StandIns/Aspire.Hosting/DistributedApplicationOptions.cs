using System.Reflection;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    private string? _projectDirectory;
    private bool _projectDirectorySet;

    public string? ContainerRegistryOverride { get; set; }

    public bool EnableResourceLogging { get; set; }

    public string[]? Args { get; set; }

    public string? AssemblyName { get; set; }

    public bool DisableDashboard { get; set; }

    public string? ProjectDirectory
    {
        get => _projectDirectorySet ? _projectDirectory : Metadata("AppHostProjectPath");
        set
        {
            _projectDirectory = value;
            _projectDirectorySet = true;
        }
    }

    public string? DashboardApplicationName { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    internal string? ProjectName => Metadata("AppHostProjectName");

    internal Assembly? Assembly =>
        string.IsNullOrEmpty(AssemblyName) ? System.Reflection.Assembly.GetEntryAssembly() : System.Reflection.Assembly.Load(AssemblyName);

    private string? Metadata(string key) => Assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
