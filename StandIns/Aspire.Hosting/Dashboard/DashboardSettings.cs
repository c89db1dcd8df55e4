using Aspire.Hosting.Orchestration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the AppHost's configuration says about its dashboard, by the names that the genuine one knows.</summary>
internal sealed class DashboardSettings(IConfiguration configuration)
{
    private static readonly string[] TokenKeys =
    [
        "AppHost:BrowserToken",
        "ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN",
        "DOTNET_DASHBOARD_FRONTEND_BROWSERTOKEN",
        "DASHBOARD:FRONTEND:BROWSERTOKEN",
    ];

    public string ApplicationName => configuration["AppHost:DashboardApplicationName"] switch
    {
        { Length: > 8 } name when name.EndsWith(".AppHost", StringComparison.OrdinalIgnoreCase) => name[..^8],
        { Length: > 0 } name => name,
        _ => "Aspire",
    };

    public string? Token => TokenKeys.Select(key => configuration[key]).FirstOrDefault(token => !string.IsNullOrWhiteSpace(token));

    /// <summary>Gets the http port of the launch profile; zero, which means any free one, where none is given.</summary>
    public int Port => Addresses.FirstOrDefault(a => a.Scheme == "http")?.Port ?? 0;

    private IEnumerable<BindingAddress> Addresses
    {
        get
        {
            var urls = configuration["ASPNETCORE_URLS"] ?? configuration["URLS"] ?? "";
            foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                yield return Parse(url);
        }
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException failure)
        {
            throw new OrchestrationException($"ASPNETCORE_URLS holds '{url}', which is no address to listen on.", failure);
        }
    }
}
