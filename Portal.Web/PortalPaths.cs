using System.Security.Cryptography;
using System.Text;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web;

/// <summary>Where the Portal keeps its files; two clones on one machine never share a folder.</summary>
internal sealed class PortalPaths(IOptions<PortalOptions> options, IHostEnvironment environment)
{
    private readonly string _root = options.Value.DataDirectory is { Length: > 0 } configured
        ? Path.GetFullPath(configured, environment.ContentRootPath)
        : DefaultRoot(environment.ContentRootPath);

    public string Sessions => Ensure("sessions");

    public string Tickets => Ensure("tickets");

    public string Uploads => Ensure("uploads");

    private static string DefaultRoot(string contentRoot)
    {
        var clone = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(contentRoot)))[..10];
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Path.Combine(data, "guacaspire", clone, "portal");
    }

    private string Ensure(string name)
    {
        var path = Path.Combine(_root, name);
        WholeFolder.Create(path);
        return path;
    }
}
