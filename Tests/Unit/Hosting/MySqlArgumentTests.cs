using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GuacAspire.Tests.Unit.Hosting;

public class MySqlArgumentTests
{
    private static readonly IDistributedApplicationBuilder Builder = DistributedApplication.CreateBuilder([]);
    private static readonly IResourceBuilder<MySqlServerResource> Server = Builder.AddMySql("mysql");
    private static readonly IResourceBuilder<MySqlDatabaseResource> Database = Server.AddDatabase("db");
    private static readonly IResourceBuilder<MySqlServerResource> NoServer = null!;

    [Fact]
    public void What_is_missing_is_named()
    {
        Missing("builder", () => ((IDistributedApplicationBuilder)null!).AddMySql("x"));
        Missing("name", () => Builder.AddMySql(null!));
        Missing("builder", () => NoServer.AddDatabase("x"));
        Missing("name", () => Server.AddDatabase(null!));
        Missing("builder", () => ((IResourceBuilder<MySqlDatabaseResource>)null!).WithCreationScript("x"));
        Missing("script", () => Database.WithCreationScript(null!));
        Missing("builder", () => NoServer.WithPassword(Builder.CreateResourceBuilder(Server.Resource.PasswordParameter)));
        Missing("password", () => Server.WithPassword(null!));
        Missing("builder", () => NoServer.WithDataVolume());
        Missing("builder", () => NoServer.WithDataBindMount("x"));
        Missing("source", () => Server.WithDataBindMount(null!));
        Missing("builder", () => NoServer.WithInitFiles("x"));
        Missing("source", () => Server.WithInitFiles(null!));
        Missing("password", () => new MySqlServerResource("x", null!));
        Missing("databaseName", () => new MySqlDatabaseResource("x", null!, Server.Resource));
        Missing("parent", () => new MySqlDatabaseResource("x", "y", null!));
#pragma warning disable CS0618 // It is obsolete, and there as long as the package has it.
        Missing("builder", () => NoServer.WithInitBindMount("x"));
        Missing("source", () => Server.WithInitBindMount(null!));
#pragma warning restore CS0618
    }

    [Fact]
    public void What_is_empty_is_named()
    {
        Empty("name", () => Builder.AddMySql(""));
        Empty("name", () => Server.AddDatabase(""));
        Empty("databaseName", () => Server.AddDatabase("x", ""));
        Empty("source", () => Server.WithDataBindMount(""));
        Empty("source", () => Server.WithInitFiles(""));
        Empty("databaseName", () => new MySqlDatabaseResource("x", "", Server.Resource));
    }

    [Fact]
    public void A_name_that_no_resource_can_have_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Builder.AddMySql("my sql"));
        Assert.Throws<ArgumentException>(() => Server.AddDatabase("my_db"));
    }

    private static void Missing(string parameter, Func<object> act) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(act).ParamName);

    private static void Empty(string parameter, Func<object> act) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentException>(act).ParamName);
}
