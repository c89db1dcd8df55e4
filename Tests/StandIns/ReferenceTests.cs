namespace GuacAspire.Tests.StandIns;

public class ReferenceTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public async Task A_database_is_told_as_a_connection_string_and_in_parts()
    {
        var password = _builder.AddParameter("secret", "p w", secret: true);
        var server = _builder.AddMySql("mysql", password);
        var database = server.AddDatabase("books-db", "books");
        Allocate(server.GetEndpoint("tcp"), 3307);
        var web = _builder.AddContainer("web", "image").WithReference(database);

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Equal("Server=localhost;Port=3307;User ID=root;Password=p w;Database=books",
            await Model.TextAsync(variables["ConnectionStrings__books-db"]));
        Assert.Equal("localhost", await Model.TextAsync(variables["BOOKS_DB_HOST"]));
        Assert.Equal("3307", await Model.TextAsync(variables["BOOKS_DB_PORT"]));
        Assert.Equal("root", await Model.TextAsync(variables["BOOKS_DB_USERNAME"]));
        Assert.Equal("p w", await Model.TextAsync(variables["BOOKS_DB_PASSWORD"]));
        Assert.Equal("books", await Model.TextAsync(variables["BOOKS_DB_DATABASENAME"]));
        Assert.Equal("mysql://root:p%20w@localhost:3307/books", await Model.TextAsync(variables["BOOKS_DB_URI"]));
    }

    [Fact]
    public async Task A_connection_takes_the_name_that_it_is_given()
    {
        var server = _builder.AddMySql("mysql", _builder.AddParameter("secret", "x"));
        Allocate(server.GetEndpoint("tcp"), 3307);
        var web = _builder.AddContainer("web", "image").WithReference(server, connectionName: "other");

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Equal("Server=localhost;Port=3307;User ID=root;Password=x", await Model.TextAsync(variables["ConnectionStrings__other"]));
        Assert.Contains("OTHER_HOST", variables.Keys);
    }

    [Fact]
    public async Task A_service_is_told_for_discovery_and_by_name()
    {
        var api = _builder.AddProject("my-api", Source.Service);
        Allocate(api.GetEndpoint("http"), 5001);
        var web = _builder.AddProject("web", Source.Service).WithReference(api);

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Equal("http://localhost:5001", await Model.TextAsync(variables["services__my-api__http__0"]));
        Assert.Equal("http://localhost:5001", await Model.TextAsync(variables["MY_API_HTTP"]));
    }

    [Fact]
    public async Task Only_what_is_wanted_is_injected()
    {
        var api = _builder.AddProject("api", Source.Service);
        var web = _builder.AddProject("web", Source.Service)
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ServiceDiscovery).WithReference(api);

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Contains("services__api__http__0", variables.Keys);
        Assert.DoesNotContain("API_HTTP", variables.Keys);
    }

    [Fact]
    public async Task An_external_service_is_told_too()
    {
        var there = _builder.AddExternalService("there", "https://example.org/");
        var web = _builder.AddProject("web", Source.Service).WithReference(there);

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Equal("https://example.org/", await Model.TextAsync(variables["services__there__https__0"]));
    }

    [Fact]
    public async Task Variables_take_every_kind_of_value()
    {
        var parameter = _builder.AddParameter("user", "anna");
        var web = _builder.AddContainer("web", "image")
            .WithEnvironment("TEXT", "text")
            .WithEnvironment("PARAMETER", parameter)
            .WithEnvironment("EXPRESSION", $"<{parameter}>")
            .WithEnvironment("LATER", () => "later");

        var variables = await Model.VariablesAsync(web.Resource);
        Assert.Equal("text", await Model.TextAsync(variables["TEXT"]));
        Assert.Equal("anna", await Model.TextAsync(variables["PARAMETER"]));
        Assert.Equal("<anna>", await Model.TextAsync(variables["EXPRESSION"]));
        Assert.Equal("later", await Model.TextAsync(variables["LATER"]));
        Assert.Contains(web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>(), r => r.Resource == parameter.Resource);
    }

    [Fact]
    public async Task A_launch_profile_gives_endpoints_and_variables()
    {
        var web = _builder.AddProject("web", Source.Service);

        Assert.Equal("http", web.GetEndpoint("http").Scheme);
        Assert.Equal("yes", await Model.TextAsync((await Model.VariablesAsync(web.Resource))["FROM_PROFILE"]));
        Assert.Empty(
            _builder.AddProject("bare", Source.Service, launchProfileName: null).Resource.Annotations.OfType<EndpointAnnotation>());
    }

    private static void Allocate(EndpointReference endpoint, int port) =>
        endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "localhost", port);
}
