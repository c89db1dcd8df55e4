using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Nginx;

/// <summary>
/// The folder in which projects listen on sockets of the file system, and which nginx's container shares. One for each run of each nginx, there
/// for as long as the application runs.
/// </summary>
/// <param name="temporary">The folder that this one is to be in.</param>
internal sealed class ServiceSockets(string temporary) : IHostedLifecycleService
{
    public const string FolderInContainer = "/run/services";

    private const string Prefix = "aspire-nginx-";

    // Between the folder and the first who listens there an image may have to be built.
    private static readonly TimeSpan StartsWithin = TimeSpan.FromHours(1);

    // What the kernel has room for in an address, its final zero included.
    private const int LongestPath = 108;

    public ServiceSockets()
        : this(Path.GetTempPath())
    {
    }

    /// <summary>The folder on the host; nginx's workers, who are other users, may look up names that they know.</summary>
    public string Folder { get; } = Path.Combine(
        temporary,
        $"{Prefix}{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>Where a project listens.</summary>
    /// <exception cref="DistributedApplicationException">The path is longer than a socket's may be.</exception>
    public string PathOf(ProjectResource project)
    {
        var path = Path.Combine(Folder, NameOf(project));
        var length = Encoding.UTF8.GetByteCount(path);
        return length < LongestPath
            ? path
            : throw new DistributedApplicationException(
                $"The socket of '{project.Name}' would have a path of {length} bytes, and {LongestPath - 1} are the most: '{path}'. "
                + "Set TMPDIR to a folder with a shorter name, then start again.");
    }

    /// <summary>
    /// The address in nginx's words: with sockets in the place of projects' endpoints, or as it is where it refers to none.
    /// </summary>
    public static object AddressFor(ReferenceExpression address)
    {
        if (!address.ValueProviders.Any(part => ProjectBehind(part) is not null))
            return address;
        var text = new ReferenceExpressionBuilder();
        // The format is string.Format's, and so is what the new one is made of: braces stay escaped. Parts stand in their order.
        var rest = address.Format.AsSpan();
        for (var index = 0; index < address.ValueProviders.Count; index++)
        {
            var mark = $"{{{index}}}";
            var at = rest.IndexOf(mark, StringComparison.Ordinal);
            text.AppendLiteral(rest[..at].ToString());
            rest = rest[(at + mark.Length)..];
            if (ProjectBehind(address.ValueProviders[index]) is { } project)
                text.AppendLiteral($"http://unix:{FolderInContainer}/{NameOf(project)}:");
            else
                text.AppendValueProvider(address.ValueProviders[index]);
        }

        text.AppendLiteral(rest.ToString());
        return text.Build();
    }

    /// <summary>The projects that an address refers to.</summary>
    public static IEnumerable<ProjectResource> Behind(ReferenceExpression address) =>
        address.ValueProviders.Select(ProjectBehind).OfType<ProjectResource>();

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        RemoveLeftOver();
        Directory.CreateDirectory(Folder);
        // Not in one step, which a umask would narrow.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, Passable);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        TryDelete(Folder);
        return Task.CompletedTask;
    }

    // Of one that was killed. Its number may be another's by now, or belong to another machine that shares this folder: who listens decides.
    private void RemoveLeftOver()
    {
        foreach (var folder in Directory.EnumerateDirectories(temporary, Prefix + "*"))
        {
            try
            {
                if (Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow - StartsWithin && !IsListening(folder))
                    TryDelete(folder);
            }
            catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another start has removed it in this moment.
            }
        }
    }

    private static bool IsListening(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                return true;
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // Nobody does any more.
            }
            catch (SocketException)
            {
                return true;
            }
        }

        return false;
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // Gone already, somebody else's, or somebody listens there to the last: it is in the folder for what is temporary.
        }
    }

    private static string NameOf(ProjectResource project) => $"{project.Name}.sock";

    private static ProjectResource? ProjectBehind(IValueProvider part) =>
        part is EndpointReferenceExpression { Property: EndpointProperty.Url, Endpoint.Resource: ProjectResource project } ? project : null;
}
