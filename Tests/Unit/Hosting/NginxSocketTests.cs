using System.Net.Sockets;
using System.Runtime.Versioning;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Nginx;

namespace GuacAspire.Tests.Unit.Hosting;

[SupportedOSPlatform("linux")]
public class NginxSocketTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_projects_address_becomes_its_socket_and_keeps_the_path_behind_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var service = builder.AddResource(new ProjectResource("service")).WithHttpEndpoint(name: "http").GetEndpoint("http");
        Assert.Equal(
            "http://unix:/run/services/service.sock:",
            await TextAsync(ReferenceExpression.Create($"{service.Property(EndpointProperty.Url)}")));
        Assert.Equal(
            "http://unix:/run/services/service.sock:/guacamole",
            await TextAsync(ReferenceExpression.Create($"{service.Property(EndpointProperty.Url)}/guacamole")));
    }

    [Fact]
    public async Task What_else_an_address_is_made_of_stays()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:name=a{b"]);
        var service = builder.AddResource(new ProjectResource("service")).WithHttpEndpoint(name: "http").GetEndpoint("http");
        var name = builder.AddParameter("name");
        Assert.Equal(
            "http://unix:/run/services/service.sock:/{x}/a{b/a{b",
            await TextAsync(ReferenceExpression.Create($"{service.Property(EndpointProperty.Url)}/{{x}}/{name.Resource}/{name.Resource}")));
    }

    [Fact]
    public void An_address_without_a_project_is_left_as_it_is()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var container = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 8080, name: "http").GetEndpoint("http");
        var address = ReferenceExpression.Create($"{container.Property(EndpointProperty.Url)}/guacamole");
        Assert.Same(address, ServiceSockets.AddressFor(address));
    }

    [Fact]
    public void The_container_shares_the_folder_and_cannot_write_to_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var nginx = builder.AddNginx("nginx").WithUnixSockets().WithUnixSockets();
        var mount = Assert.Single(nginx.Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal((nginx.Resource.Sockets!.Folder, "/run/services", true), (mount.Source, mount.Target, mount.IsReadOnly));
        Assert.False(Directory.Exists(mount.Source), "To describe the model made a folder.");
    }

    [Fact]
    public async Task The_folder_is_there_while_the_application_runs_for_whoever_knows_a_name_in_it()
    {
        var sockets = new ServiceSockets();
        await sockets.StartingAsync(Cancelled);
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.OtherExecute, File.GetUnixFileMode(sockets.Folder) & Others);
        await File.WriteAllTextAsync(Path.Combine(sockets.Folder, "service.sock"), "", Cancelled);
        await sockets.StoppedAsync(Cancelled);
        Assert.False(Directory.Exists(sockets.Folder));
        await sockets.StoppedAsync(Cancelled);
    }

    [Fact]
    public async Task What_one_that_was_killed_has_left_goes_and_what_somebody_listens_in_stays()
    {
        var temporary = Directory.CreateTempSubdirectory("sockets-");
        try
        {
            var (dead, young, living) = (temporary.CreateSubdirectory("aspire-nginx-1-a"), temporary.CreateSubdirectory("aspire-nginx-1-b"),
                temporary.CreateSubdirectory("aspire-nginx-1-c"));
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(living.FullName, "service.sock")));
            listener.Listen();
            foreach (var old in new[] { dead, living })
                Directory.SetLastWriteTimeUtc(old.FullName, DateTime.UtcNow.AddHours(-2));
            var sockets = new ServiceSockets(temporary.FullName);
            await sockets.StartingAsync(Cancelled);
            Assert.Equal(
                new[] { young.FullName, living.FullName, sockets.Folder }.Order(),
                Directory.GetDirectories(temporary.FullName).Order());
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    [Fact]
    public void Two_runs_never_share_a_folder() => Assert.NotEqual(new ServiceSockets().Folder, new ServiceSockets().Folder);

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_is_refused_with_a_way_out()
    {
        var service = new ProjectResource("service");
        Assert.EndsWith("/service.sock", new ServiceSockets("/tmp").PathOf(service), StringComparison.Ordinal);
        var wrong = Assert.Throws<DistributedApplicationException>(() => new ServiceSockets($"/tmp/{new string('a', 80)}").PathOf(service));
        Assert.Contains("TMPDIR", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_published_is_as_without()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest"]);
        var nginx = builder.AddNginx("nginx").WithUnixSockets();
        Assert.Empty(nginx.Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Null(nginx.Resource.Sockets);
    }

    private static async Task<string?> TextAsync(ReferenceExpression address) =>
        await Assert.IsType<ReferenceExpression>(ServiceSockets.AddressFor(address)).GetValueAsync(Cancelled);
}
