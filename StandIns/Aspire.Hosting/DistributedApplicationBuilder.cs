using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> SwitchMappings = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Pipeline:OutputPath",
        ["--step"] = "Pipeline:Step",
        ["--log-level"] = "Pipeline:LogLevel",
    };

    private readonly HostApplicationBuilder _host;
    private readonly BuilderHooks? _hooks;

    public DistributedApplicationBuilder(string[] args) : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        _hooks = BuilderHooks.Current;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        _hooks?.Constructing(options, settings);
        _host = new HostApplicationBuilder(settings);

        AppHostAssembly = options.Assembly;
        AppHostDirectory = options.ProjectDirectory ?? _host.Environment.ContentRootPath;
        var name = options.ProjectName ?? _host.Environment.ApplicationName;
        ExecutionContext = CreateExecutionContext(options.Args);
        AddConfiguration(options, name);

        Eventing = new DistributedApplicationEventing();
        Resources = new ResourceCollection();
        _host.Services.AddSingleton(options);
        _host.Services.AddSingleton(ExecutionContext);
        _host.Services.AddSingleton(Eventing);
        _host.Services.AddSingleton(new DistributedApplicationModel(Resources));
        _host.AddOrchestration(options, ExecutionContext);
        _hooks?.Created(this);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } existing)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type '{existing.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        _hooks?.Building(this);
        var application = new DistributedApplication(_host.Build());
        ExecutionContext.ServiceProvider = application.Services;
        _hooks?.Built(application);
        return application;
    }

    private DistributedApplicationExecutionContext CreateExecutionContext(string[]? args)
    {
        if (args is { Length: > 0 }) _host.Configuration.AddCommandLine(args, SwitchMappings);
        var publisher = _host.Configuration["Publishing:Publisher"];
        return _host.Configuration["AppHost:Operation"]?.ToLowerInvariant() switch
        {
            null when publisher is null => new(DistributedApplicationOperation.Run),
            "run" => new(DistributedApplicationOperation.Run),
            null or "publish" => new(DistributedApplicationOperation.Publish, publisher ?? "manifest"),
            _ => throw new DistributedApplicationException("Invalid operation specified. Valid operations are 'publish' or 'run'."),
        };
    }

    /// <summary>Where a host adds those of its own assembly: what the environment and the command line say goes before.</summary>
    private void AddUserSecrets(Assembly assembly)
    {
        var sources = _host.Configuration.Sources;
        var environment = sources.OfType<EnvironmentVariablesConfigurationSource>().LastOrDefault();
        var index = environment is null ? sources.Count : sources.IndexOf(environment);
        foreach (var secrets in new ConfigurationBuilder().AddUserSecrets(assembly, optional: true).Sources)
            sources.Insert(index, secrets);
    }

    private void AddConfiguration(DistributedApplicationOptions options, string name)
    {
        if (ExecutionContext.IsRunMode && AppHostAssembly is not null && _host.Environment.IsDevelopment())
            AddUserSecrets(AppHostAssembly);

        var path = Path.GetFullPath(Path.Join(AppHostDirectory, name));
        var pathHash = Hash(path.ToLowerInvariant());
        var nameHash = Hash(name);
        _host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = AppHostDirectory,
            ["AppHost:Path"] = path,
            ["AppHost:DashboardApplicationName"] = options.DashboardApplicationName ?? _host.Environment.ApplicationName,
            ["AppHost:PathSha256"] = pathHash,
            ["AppHost:ProjectNameSha256"] = nameHash,
            ["AppHost:Sha256"] = ExecutionContext.IsPublishMode ? nameHash : pathHash,
        });

        static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
