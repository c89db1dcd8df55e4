using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace GuacAspire.Tests.StandIns;

public class ModelTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public void What_the_command_line_and_the_environment_say_goes_before_user_secrets()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = typeof(ModelTests).Assembly.GetName().Name,
            Args = ["--environment", "Development"],
            DisableDashboard = true,
        });

        var sources = builder.Configuration.Sources.ToList();
        var secrets = sources.FindIndex(source => source is JsonConfigurationSource { Path: "secrets.json" });
        Assert.True(secrets >= 0, $"There are no user secrets among {string.Join(", ", sources)}.");
        Assert.InRange(secrets, 0, sources.FindLastIndex(source => source is EnvironmentVariablesConfigurationSource));
        Assert.InRange(secrets, 0, sources.FindLastIndex(source => source is CommandLineConfigurationSource));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("under_score")]
    [InlineData("ends-")]
    [InlineData("two--dashes")]
    public void Names_that_no_network_knows_are_refused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => _builder.AddContainer(name, "image"));

    [Fact]
    public void A_name_is_given_once()
    {
        _builder.AddContainer("web", "image");

        Assert.Throws<DistributedApplicationException>(() => _builder.AddContainer("WEB", "image"));
    }

    [Fact]
    public void An_endpoint_is_named_once()
    {
        var web = _builder.AddContainer("web", "image").WithHttpEndpoint(targetPort: 80);

        Assert.Throws<DistributedApplicationException>(() => web.WithHttpEndpoint(targetPort: 81));
    }

    [Theory]
    [InlineData("nginx", null, "nginx:latest")]
    [InlineData("nginx", "1.27", "nginx:1.27")]
    [InlineData("nginx:1.26", null, "nginx:1.26")]
    [InlineData("localhost:5000/nginx", "1", "localhost:5000/nginx:1")]
    [InlineData("nginx@sha256:abcd", null, "nginx@sha256:abcd")]
    public void An_image_is_named_as_it_was_given(string image, string? tag, string expected)
    {
        var web = _builder.AddContainer("web", "placeholder").WithImage(image, tag);

        Assert.True(web.Resource.TryGetContainerImageName(out var name));
        Assert.Equal(expected, name);
    }

    [Fact]
    public void A_registry_stands_before_the_image()
    {
        var web = _builder.AddContainer("web", "nginx", "1").WithImageRegistry("registry.example");

        Assert.True(web.Resource.TryGetContainerImageName(out var name));
        Assert.Equal("registry.example/nginx:1", name);
    }

    private sealed class Bare(string name) : ContainerResource(name);

    [Fact]
    public void A_Dockerfile_replaces_an_image_and_so_needs_one()
    {
        var bare = _builder.AddResource(new Bare("bare"));
        Assert.Throws<InvalidOperationException>(() => bare.WithDockerfile(Source.Image));
        var named = bare.WithImage("mine", "dev").WithDockerfile(Source.Image).WithImage("mine", "dev").Resource;
        Assert.True(named.TryGetContainerImageName(out var image));
        Assert.Equal("mine:dev", image);
    }

    [Fact]
    public void A_built_image_keeps_the_name_that_it_is_given()
    {
        var web = _builder.AddContainer("web", "placeholder").WithDockerfile(Source.Image).WithImage("mine", "dev");

        Assert.True(web.Resource.TryGetContainerImageName(out var name));
        Assert.Equal("mine:dev", name);
    }

    [Fact]
    public void A_volume_is_named_after_the_application_its_path_and_the_resource()
    {
        var mysql = _builder.AddMySql("db").WithDataVolume();
        var hash = _builder.Configuration["AppHost:Sha256"]![..10].ToLowerInvariant();

        var mount = Assert.Single(mysql.Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.EndsWith($"-{hash}-db-data", mount.Source, StringComparison.Ordinal);
        Assert.Equal("/var/lib/mysql", mount.Target);
        Assert.Equal(ContainerMountType.Volume, mount.Type);
        Assert.Throws<ArgumentException>(() => VolumeNameGenerator.Generate(mysql, "no spaces"));
    }

    [Fact]
    public void Nobody_waits_for_itself()
    {
        var web = _builder.AddContainer("web", "image");

        Assert.Throws<DistributedApplicationException>(() => web.WaitFor(web));
    }

    [Fact]
    public async Task A_missing_parameter_says_its_key()
    {
        var parameter = _builder.AddParameter("nobody-gave-it");

        var failure = await Assert.ThrowsAsync<MissingParameterValueException>(
            async () => await parameter.Resource.GetValueAsync(Model.Cancelled));
        Assert.Contains("Parameters:nobody-gave-it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_comes_from_configuration()
    {
        _builder.Configuration["Parameters:given"] = "value";

        Assert.Equal("value", await _builder.AddParameter("given").Resource.GetValueAsync(Model.Cancelled));
    }

    [Fact]
    public void A_generated_value_keeps_what_was_asked()
    {
        var value = new GenerateParameterDefault { MinLength = 40, Special = false, Upper = false, MinNumeric = 5 }.GetDefaultValue();

        Assert.Equal(40, value.Length);
        Assert.True(value.Count(char.IsAsciiDigit) >= 5);
        Assert.All(value, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)));
    }

    [Fact]
    public async Task A_generated_value_is_the_same_for_everybody()
    {
        var parameter = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(_builder, "generated");

        Assert.Equal(await parameter.GetValueAsync(Model.Cancelled), await parameter.GetValueAsync(Model.Cancelled));
        Assert.True((await parameter.GetValueAsync(Model.Cancelled))!.Length >= 22);
    }

    [Fact]
    public void An_external_service_needs_an_address() =>
        Assert.Throws<ArgumentException>(() => _builder.AddExternalService("there", "no address"));
}
