using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using MySqlConnector;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>What who refers to a server or a database is told, where it runs and where it is published.</summary>
public class MySqlConnectionTests
{
    private const string Password = "p@s:s/w?r#d %é\"+&=";
    private const string EncodedPassword = "p%40s%3As%2Fw%3Fr%23d%20%25%C3%A9%22%2B%26%3D";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_reached_by_its_connection_string_its_Uri_and_its_Jdbc_address()
    {
        var server = Model().Server;
        Assert.Equal($"Server=localhost;Port=2000;User ID=root;Password={Password}", await ValueAsync(server.ConnectionStringExpression));
        Assert.Equal($"mysql://root:{EncodedPassword}@localhost:2000", await ValueAsync(server.UriExpression));
        Assert.Equal("jdbc:mysql://localhost:2000", await ValueAsync(server.JdbcConnectionString));
        Assert.Equal("localhost", await server.Host.GetValueAsync(Cancelled));
        Assert.Equal("2000", await server.Port.GetValueAsync(Cancelled));
    }

    [Fact]
    public async Task A_database_is_reached_by_the_servers_address_and_its_name()
    {
        var database = Model("my;db#1 %").Database;
        Assert.Equal(
            $"Server=localhost;Port=2000;User ID=root;Password={Password};Database=\"my;db#1 %\"",
            await ValueAsync(database.ConnectionStringExpression));
        Assert.Equal($"mysql://root:{EncodedPassword}@localhost:2000/my%3Bdb%231%20%25", await ValueAsync(database.UriExpression));
        Assert.Equal("jdbc:mysql://localhost:2000/my%3Bdb%231%20%25", await ValueAsync(database.JdbcConnectionString));
    }

    [Fact]
    public async Task A_client_reads_the_connection_string_as_it_was_meant()
    {
        var settings = new MySqlConnectionStringBuilder((await ValueAsync(Model("my;db#1 %").Database.ConnectionStringExpression))!);
        Assert.Equal(("localhost", 2000u, "root"), (settings.Server, settings.Port, settings.UserID));
        Assert.Equal((Password, "my;db#1 %"), (settings.Password, settings.Database));
    }

    [Fact]
    public async Task Each_part_is_a_property_of_its_own()
    {
        var (server, database) = Model();
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["Host"] = "localhost",
                ["Port"] = "2000",
                ["Username"] = "root",
                ["Password"] = Password,
                ["Uri"] = $"mysql://root:{EncodedPassword}@localhost:2000",
                ["JdbcConnectionString"] = "jdbc:mysql://localhost:2000",
            },
            await PropertiesAsync(server));
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["Host"] = "localhost",
                ["Port"] = "2000",
                ["Username"] = "root",
                ["Password"] = Password,
                ["DatabaseName"] = "guacamole",
                ["Uri"] = $"mysql://root:{EncodedPassword}@localhost:2000/guacamole",
                ["JdbcConnectionString"] = "jdbc:mysql://localhost:2000/guacamole",
            },
            await PropertiesAsync(database));
    }

    [Fact]
    public async Task A_manifest_holds_expressions_and_no_password()
    {
        var folder = Directory.CreateTempSubdirectory("mysql-manifest-");
        try
        {
            var path = Path.Combine(folder.FullName, "manifest.json");
            var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", path]);
            var database = builder.AddMySql("mysql", builder.AddParameter("secret", Password, secret: true)).AddDatabase("db", "guacamole");
            builder.AddContainer("client", "image").WithReference(database);
            await using (var app = builder.Build())
                await app.RunAsync(Cancelled);

            var manifest = await File.ReadAllTextAsync(path, Cancelled);
            using var document = JsonDocument.Parse(manifest);
            var resources = document.RootElement.GetProperty("resources");
            var mysql = resources.GetProperty("mysql");
            Assert.Equal("container.v0", mysql.GetProperty("type").GetString());
            Assert.Equal(
                "Server={mysql.bindings.tcp.host};Port={mysql.bindings.tcp.port};User ID=root;Password={secret.value}",
                mysql.GetProperty("connectionString").GetString());
            Assert.Equal("{secret.value}", mysql.GetProperty("env").GetProperty("MYSQL_ROOT_PASSWORD").GetString());
            Assert.Equal(3306, mysql.GetProperty("bindings").GetProperty("tcp").GetProperty("targetPort").GetInt32());
            var db = resources.GetProperty("db");
            Assert.Equal("value.v0", db.GetProperty("type").GetString());
            Assert.Equal("{mysql.connectionString};Database=guacamole", db.GetProperty("connectionString").GetString());

            var environment = resources.GetProperty("client").GetProperty("env");
            Assert.Equal("{db.connectionString}", environment.GetProperty("ConnectionStrings__db").GetString());
            Assert.Equal("root", environment.GetProperty("DB_USERNAME").GetString());
            Assert.Equal(
                "mysql://root:{secret-uri-encoded.value}@{mysql.bindings.tcp.host}:{mysql.bindings.tcp.port}/guacamole",
                environment.GetProperty("DB_URI").GetString());
            Assert.Equal(
                "jdbc:mysql://{mysql.bindings.tcp.host}:{mysql.bindings.tcp.port}/guacamole",
                environment.GetProperty("DB_JDBCCONNECTIONSTRING").GetString());
            Assert.DoesNotContain("p@s:s", manifest, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (MySqlServerResource Server, MySqlDatabaseResource Database) Model(string databaseName = "guacamole")
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var mysql = builder.AddMySql("mysql", builder.AddParameter("secret", Password, secret: true))
            .WithEndpoint("tcp", endpoint => endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 2000));
        return (mysql.Resource, mysql.AddDatabase("db", databaseName).Resource);
    }

    private static async Task<string?> ValueAsync(ReferenceExpression expression) => await expression.GetValueAsync(Cancelled);

    private static async Task<Dictionary<string, string?>> PropertiesAsync(IResourceWithConnectionString resource)
    {
        var properties = new Dictionary<string, string?>();
        foreach (var (name, expression) in resource.GetConnectionProperties())
            properties.Add(name, await ValueAsync(expression));
        return properties;
    }
}
