using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.ContainerImages;

namespace GuacAspire.Tests.Unit.Hosting;

public sealed class ContainerImageTests : IDisposable
{
    private readonly DirectoryInfo _context = Directory.CreateTempSubdirectory("guacaspire-image-");

    public ContainerImageTests() => Write("Dockerfile", "FROM scratch\n");

    public void Dispose() => _context.Delete(recursive: true);

    [Fact]
    public void What_an_image_is_made_from_is_every_file_argument_and_base_and_nothing_else()
    {
        var first = Inputs();
        Assert.Equal(first, Inputs());

        Write("__pycache__/left.pyc", "by an interpreter");
        Assert.Equal(first, Inputs());

        Assert.NotEqual(first, Inputs(recipe => recipe.Arguments["SERVER"] = "mariadb"));
        Assert.NotEqual(first, new DockerfileRecipe(_context.FullName).Inputs(["sha256:2"]));
        Write("more", "a");
        var second = Inputs();
        Assert.NotEqual(first, second);
        Write("more", "b");
        Assert.NotEqual(second, Inputs());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_file_that_becomes_executable_makes_another_image()
    {
        var before = Inputs();
        File.SetUnixFileMode(Path.Combine(_context.FullName, "Dockerfile"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.NotEqual(before, Inputs());
    }

    [Fact]
    public void The_command_names_the_image_its_arguments_and_what_it_was_made_from()
    {
        var recipe = new DockerfileRecipe("/context") { Arguments = { ["BASE"] = "debian:1" } };
        var command = recipe.Command("example/image:dev", "digest");
        Assert.Equal("docker", command.FileName);
        Assert.Equal(
            ["build", "--progress", "plain", "--tag", "example/image:dev", "--label", "aspire.image.inputs=digest", "--build-arg", "BASE=debian:1", "/context"],
            command.Arguments);
    }

    [Theory]
    [InlineData("E: Unable to locate package nothing", "#7 1.2 Reading", "E: Unable to locate package nothing", "ERROR: failed to solve")]
    [InlineData("ERROR: failed to solve: x", "#7 1.2 Reading", "ERROR: failed to solve: x", "")]
    [InlineData("write /x: no space left on device (make room: docker system df, df -h)", "write /x: no space left on device", "ERROR: failed to solve")]
    [InlineData("the last word", "before it", "the last word")]
    [InlineData("it said nothing")]
    public void Of_many_lines_the_one_is_told_that_says_why(string reason, params string[] lines) =>
        Assert.Equal(reason, ImageEngine.Reason(lines));

    [Theory]
    [InlineData(30, "just now")]
    [InlineData(12 * 60, "12 min ago")]
    [InlineData(3 * 3600, "3 h ago")]
    [InlineData(72 * 3600, "3 days ago")]
    public void Its_age_is_said_as_people_say_it(int seconds, string words)
    {
        var now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        var image = new ContainerImageResource("image", "example/image:dev", new DockerfileRecipe("/context")) { Created = now.AddSeconds(-seconds) };
        Assert.Equal(words, image.Age(now));
    }

    [Fact]
    public void A_container_runs_it_and_never_asks_a_registry()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var image = builder.AddContainerImage("some-image", "example/image:dev", _context.FullName);
        var container = builder.AddContainer("some", "official").WithImage(image);
        Assert.True(container.Resource.TryGetContainerImageName(out var name));
        Assert.Equal("example/image:dev", name);
        Assert.Equal(ImagePullPolicy.Never, container.Resource.Annotations.OfType<ContainerImagePullPolicyAnnotation>().Last().ImagePullPolicy);
        Assert.Empty(container.Resource.Annotations.OfType<DockerfileBuildAnnotation>());
    }

    [Fact]
    public void In_publish_mode_the_container_carries_the_Dockerfile_and_nothing_is_made()
    {
        var builder = DistributedApplication.CreateBuilder(["--operation", "publish"]);
        var image = builder.AddContainerImage("some-image", "example/image:dev", _context.FullName).WithBuildArg("SERVER", "mariadb");
        var container = builder.AddContainer("some", "official").WithImage(image);
        var dockerfile = Assert.Single(container.Resource.Annotations.OfType<DockerfileBuildAnnotation>());
        Assert.Equal(_context.FullName, dockerfile.ContextPath);
        Assert.Equal("mariadb", dockerfile.BuildArguments["SERVER"]);
        Assert.DoesNotContain(builder.Resources, resource => resource is ContainerImageResource);
    }

    [Fact]
    public async Task What_waits_for_an_image_goes_on_when_it_is_there()
    {
        var availability = new ImageAvailability();
        var waiting = availability.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        availability.SetBuilt();
        await waiting;
        Assert.True(availability.IsBuilt);
    }

    [Fact]
    public void An_image_that_a_command_makes_takes_no_build_arguments()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var image = builder.AddContainerImage("base", "example/base:1", ".", "./make.sh", "suite");
        var error = Assert.Throws<InvalidOperationException>(() => image.WithBuildArg("A", "b"));
        Assert.Contains("'base'", error.Message, StringComparison.Ordinal);
    }

    private string Inputs(Action<DockerfileRecipe>? change = null)
    {
        var recipe = new DockerfileRecipe(_context.FullName);
        change?.Invoke(recipe);
        return recipe.Inputs(["sha256:1"]);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_context.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
