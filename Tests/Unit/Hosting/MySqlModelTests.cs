using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>Public members only: these tests hold for the package whose place the project takes, too.</summary>
public class MySqlModelTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void A_server_is_the_official_image_with_one_endpoint()
    {
        var server = _builder.AddMySql("mysql", port: 3310).Resource;

        var image = Assert.Single(server.Annotations.OfType<ContainerImageAnnotation>());
        Assert.Equal(("docker.io", "library/mysql", "9.7"), (image.Registry, image.Image, image.Tag));
        var endpoint = Assert.Single(server.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("tcp", "tcp", ProtocolType.Tcp), (endpoint.Name, endpoint.UriScheme, endpoint.Protocol));
        Assert.Equal((3306, 3310, false), (endpoint.TargetPort, endpoint.Port, endpoint.IsExternal));
        Assert.Equal("tcp", server.PrimaryEndpoint.EndpointName);
    }

    [Fact]
    public void Without_a_port_the_host_gives_a_free_one() =>
        Assert.Null(Assert.Single(_builder.AddMySql("mysql").Resource.Annotations.OfType<EndpointAnnotation>()).Port);

    [Fact]
    public void Without_a_password_a_secret_one_is_generated()
    {
        var password = _builder.AddMySql("mysql").Resource.PasswordParameter;

        Assert.Equal("mysql-password", password.Name);
        Assert.True(password.Secret);
        Assert.NotNull(password.Default);
    }

    [Fact]
    public async Task The_container_gets_the_password_that_counts_in_the_end()
    {
        var mysql = _builder.AddMySql("mysql", Secret("first", "1"));
        mysql.WithPassword(Secret("second", "2"));

        var context = new EnvironmentCallbackContext(_builder.ExecutionContext, mysql.Resource);
        foreach (var callback in mysql.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(context);
        Assert.Same(mysql.Resource.PasswordParameter, context.EnvironmentVariables["MYSQL_ROOT_PASSWORD"]);
        Assert.Equal("second", mysql.Resource.PasswordParameter.Name);
        Assert.EndsWith("Password={second.value}", mysql.Resource.ConnectionStringExpression.ValueExpression, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_knows_its_databases_by_the_names_of_their_resources()
    {
        var mysql = _builder.AddMySql("mysql");
        var first = mysql.AddDatabase("first").Resource;
        var second = mysql.AddDatabase("second", "guacamole").Resource;

        Assert.Equal([("first", "first"), ("second", "guacamole")], mysql.Resource.Databases.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("guacamole", mysql.Resource.Databases["SECOND"]);
        Assert.Equal(("first", "guacamole"), (first.DatabaseName, second.DatabaseName));
        Assert.Same(mysql.Resource, second.Parent);
    }

    [Fact]
    public void Two_servers_can_have_a_database_of_the_same_name()
    {
        var databases = new[] { "one", "two" }.Select(name => _builder.AddMySql(name).AddDatabase($"{name}-db", "same").Resource);
        Assert.Equal(
            ["{one.connectionString};Database=same", "{two.connectionString};Database=same"],
            databases.Select(database => database.ConnectionStringExpression.ValueExpression));
    }

    [Fact]
    public void A_name_is_taken_once_in_a_model()
    {
        var mysql = _builder.AddMySql("mysql");
        mysql.AddDatabase("db");

        Assert.Throws<DistributedApplicationException>(() => mysql.AddDatabase("db"));
        Assert.Throws<DistributedApplicationException>(() => _builder.AddMySql("other").AddDatabase("DB"));
        Assert.Throws<DistributedApplicationException>(() => _builder.AddMySql("mysql"));
        Assert.Equal(["db"], mysql.Resource.Databases.Keys);
    }

    [Fact]
    public void A_data_volume_is_named_after_application_and_resource()
    {
        var mount = Mount(_builder.AddMySql("mysql").WithDataVolume());

        Assert.Equal((ContainerMountType.Volume, "/var/lib/mysql", false), (mount.Type, mount.Target, mount.IsReadOnly));
        Assert.EndsWith("-mysql-data", mount.Source, StringComparison.Ordinal);
        Assert.Equal(mount.Source, Mount(DistributedApplication.CreateBuilder([]).AddMySql("mysql").WithDataVolume()).Source);
    }

    [Fact]
    public void A_data_volume_can_have_a_name_of_ones_own()
    {
        var mount = Mount(_builder.AddMySql("mysql").WithDataVolume(name: "accounts", isReadOnly: true));
        Assert.Equal(("accounts", true), (mount.Source, mount.IsReadOnly));
    }

    [Fact]
    public void Folders_are_relative_to_the_AppHost()
    {
        var data = Mount(_builder.AddMySql("one").WithDataBindMount(source: "data", isReadOnly: true));
        Assert.Equal((ContainerMountType.BindMount, "/var/lib/mysql", true), (data.Type, data.Target, data.IsReadOnly));
        Assert.Equal(Path.Combine(_builder.AppHostDirectory, "data"), data.Source);

#pragma warning disable CS0618 // It is obsolete, and there as long as the package has it.
        var init = Mount(_builder.AddMySql("two").WithInitBindMount(source: "init"));
#pragma warning restore CS0618
        Assert.Equal(("/docker-entrypoint-initdb.d", true), (init.Target, init.IsReadOnly));
        Assert.Equal(Path.Combine(_builder.AppHostDirectory, "init"), init.Source);
    }

    [Fact]
    public async Task Init_files_are_copied_from_a_folder_relative_to_the_AppHost()
    {
        var folder = Directory.CreateTempSubdirectory("mysql-init-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "01.sql"), "SELECT 1;", TestContext.Current.CancellationToken);
            var mysql = _builder.AddMySql("mysql").WithInitFiles(Path.GetRelativePath(_builder.AppHostDirectory, folder.FullName));

            var files = Assert.Single(mysql.Resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>());
            Assert.Equal("/docker-entrypoint-initdb.d", files.DestinationPath);
            await using var app = _builder.Build();
            var items = await files.Callback(
                new ContainerFileSystemCallbackContext { Services = app.Services, Model = mysql.Resource },
                TestContext.Current.CancellationToken);
            Assert.Equal("01.sql", Assert.Single(items).Name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IResourceBuilder<ParameterResource> Secret(string name, string value) => _builder.AddParameter(name, value, secret: true);

    private static ContainerMountAnnotation Mount(IResourceBuilder<MySqlServerResource> mysql) =>
        Assert.Single(mysql.Resource.Annotations.OfType<ContainerMountAnnotation>());
}
