using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GuacAspire.Tests.Unit.Hosting;

public class GuacamoleModelTests
{
    private sealed class Schema : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(AppContext.BaseDirectory, "Schema.csproj");
    }

    [Fact]
    public void The_server_starts_only_when_guacd_is_healthy_and_the_schema_step_has_ended()
    {
        var (_, guacamole) = Model();
        var waits = guacamole.Resource.Server!.Annotations.OfType<WaitAnnotation>()
            .ToDictionary(wait => wait.Resource.Name, wait => wait.WaitType);
        Assert.Equal(WaitType.WaitUntilHealthy, waits["guacd"]);
        Assert.Equal(WaitType.WaitForCompletion, waits["database-schema"]);
    }

    [Fact]
    public void The_server_has_an_account_of_its_own_and_never_the_root_password()
    {
        var (builder, _) = Model();
        var database = builder.Resources.OfType<GuacamoleDatabaseResource>().Single();
        var mysql = builder.Resources.OfType<MySqlServerResource>().Single();
        Assert.NotEqual("root", database.UserName);
        Assert.NotSame(mysql.PasswordParameter, database.PasswordParameter);
        Assert.True(database.PasswordParameter.Secret);
    }

    [Fact]
    public void An_external_server_brings_nothing_to_start()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var guacamole = builder.AddGuacamole(
            "guacamole", builder.AddParameter("url"), "operator", builder.AddParameter("password", secret: true));
        Assert.Null(guacamole.Resource.Server);
        Assert.DoesNotContain(builder.Resources, resource => resource is ContainerResource or ProjectResource);
    }

    [Fact]
    public void Guacd_and_the_server_share_one_folder_for_recordings_and_guacd_is_not_root_in_it()
    {
        var (_, guacamole) = Model();
        guacamole.WithRecordings("unit");
        var path = guacamole.Resource.RecordingsDirectory!;
        Assert.EndsWith(Path.Combine("guacaspire", "unit", "recordings"), path, StringComparison.Ordinal);
        Assert.False(path.StartsWith("/root/", StringComparison.Ordinal), "In a container only root gets through root's home.");
        foreach (var resource in new IResource[] { guacamole.Resource.Guacd!, guacamole.Resource.Server! })
        {
            var mount = Assert.Single(resource.Annotations.OfType<ContainerMountAnnotation>());
            Assert.Equal((path, path, resource != guacamole.Resource.Guacd), (mount.Source, mount.Target, mount.IsReadOnly));
        }

        Assert.False(Directory.Exists(path), "To describe the model made a folder.");
    }

    [Fact]
    public void In_publish_mode_and_at_an_external_server_nothing_is_mounted()
    {
        var (_, published) = Model("--operation", "publish");
        Assert.Null(published.WithRecordings("unit").Resource.RecordingsDirectory);
        Assert.Empty(published.Resource.Guacd!.Annotations.OfType<ContainerMountAnnotation>());

        var builder = DistributedApplication.CreateBuilder([]);
        var external = builder.AddGuacamole(
            "guacamole", builder.AddParameter("url"), "operator", builder.AddParameter("password", secret: true));
        Assert.Null(external.WithRecordings("unit").Resource.RecordingsDirectory);
    }

    private static (IDistributedApplicationBuilder Builder, IResourceBuilder<GuacamoleResource> Guacamole) Model(params string[] arguments)
    {
        var builder = DistributedApplication.CreateBuilder(arguments);
        var password = builder.AddParameter("admin-password", secret: true);
        var database = builder.AddMySql("mysql").AddDatabase("db", "guacamole").AddGuacamoleDatabase<Schema>("database", password);
        return (builder, builder.AddGuacamole("guacamole", builder.AddGuacd("guacd"), database, password));
    }
}
