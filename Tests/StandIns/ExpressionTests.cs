namespace GuacAspire.Tests.StandIns;

public class ExpressionTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public async Task Text_and_parameters_are_joined()
    {
        var parameter = _builder.AddParameter("user", "anna");
        var expression = ReferenceExpression.Create($"a={parameter};b={parameter.Resource};c={"text"}");

        Assert.Equal("a=anna;b=anna;c=text", await expression.GetValueAsync(Model.Cancelled));
        Assert.Equal("a={user.value};b={user.value};c=text", expression.ValueExpression);
        Assert.Equal(2, expression.ValueProviders.Count);
    }

    [Fact]
    public async Task Braces_in_text_stay_braces()
    {
        var parameter = _builder.AddParameter("user", "anna");

        Assert.Equal("{x} anna {y}", await ReferenceExpression.Create($"{"{x}"} {parameter} {{y}}").GetValueAsync(Model.Cancelled));
        Assert.Equal("{\"name\": \"anna\"}", await ReferenceExpression.Create($$"""{"name": "{{parameter}}"}""").GetValueAsync(Model.Cancelled));
    }

    [Fact]
    public async Task A_format_escapes_for_an_address()
    {
        var parameter = _builder.AddParameter("password", "a b/c@d");

        Assert.Equal("x://a%20b%2Fc%40d@h/e%20f",
            await ReferenceExpression.Create($"x://{parameter:uri}@h/{"e f":uri}").GetValueAsync(Model.Cancelled));
    }

    [Fact]
    public async Task A_builder_joins_piece_by_piece()
    {
        var parameter = _builder.AddParameter("user", "anna");
        var expression = new ReferenceExpressionBuilder();
        Assert.True(expression.IsEmpty);
        expression.AppendLiteral("u=");
        expression.AppendFormatted(parameter.Resource);
        expression.Append($";v={parameter}");

        Assert.Equal("u=anna;v=anna", await expression.Build().GetValueAsync(Model.Cancelled));
    }

    [Fact]
    public async Task A_condition_chooses_its_branch()
    {
        var flag = _builder.AddParameter("flag", "True");
        var expression = ReferenceExpression.CreateConditional(
            flag.Resource, "True", ReferenceExpression.Create($"yes"), ReferenceExpression.Create($"no"));

        Assert.True(expression.IsConditional);
        Assert.Equal("yes", await expression.GetValueAsync(Model.Cancelled));
    }

    [Fact]
    public async Task An_empty_expression_has_no_value() => Assert.Null(await ReferenceExpression.Empty.GetValueAsync(Model.Cancelled));

    [Fact]
    public async Task An_endpoint_is_told_as_each_network_sees_it()
    {
        var web = _builder.AddContainer("web", "image").WithHttpEndpoint(targetPort: 80, name: "http");
        var endpoint = web.GetEndpoint("http");
        Assert.False(endpoint.IsAllocated);
        Assert.Equal("{web.bindings.http.url}", ((IManifestExpressionProvider)endpoint).ValueExpression);
        var annotation = endpoint.EndpointAnnotation;
        annotation.AllocatedEndpoint = new AllocatedEndpoint(annotation, "localhost", 4711);
        var containers = KnownNetworkIdentifiers.DefaultAspireContainerNetwork;
        annotation.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(containers,
            new AllocatedEndpoint(annotation, "web.inside", 80, EndpointBindingMode.SingleAddress, "80", containers));

        Assert.Equal("http://localhost:4711", endpoint.Url);
        Assert.Equal("http://localhost:4711", await Model.TextAsync(endpoint));
        Assert.Equal("http://web.inside:80", await Model.TextAsync(endpoint, containers));
        Assert.Equal("web.inside:80", await Model.TextAsync(endpoint.Property(EndpointProperty.HostAndPort), containers));
        Assert.Equal("80", await Model.TextAsync(endpoint.Property(EndpointProperty.TargetPort)));
        Assert.Equal("http", await Model.TextAsync(endpoint.Property(EndpointProperty.Scheme)));
        Assert.Equal("at http://web.inside:80", await Model.TextAsync(ReferenceExpression.Create($"at {endpoint}"), containers));
    }

    [Fact]
    public async Task A_value_waits_for_its_endpoint()
    {
        var endpoint = _builder.AddContainer("web", "image").WithHttpEndpoint(targetPort: 80, name: "http").GetEndpoint("http");
        var value = endpoint.GetValueAsync(Model.Cancelled).AsTask();
        Assert.False(value.IsCompleted);
        endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "localhost", 4711);

        Assert.Equal("http://localhost:4711", await value.WaitAsync(Model.Patience, Model.Cancelled));
    }
}
