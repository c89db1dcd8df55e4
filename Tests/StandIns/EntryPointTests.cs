namespace GuacAspire.Tests.StandIns;

/// <summary>The testing builder runs the AppHost's own Main.</summary>
public class EntryPointTests
{
    [Fact]
    public async Task The_model_of_an_AppHost_is_there_before_anything_starts()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Images:Source=debian"], Model.Cancelled);

        Assert.Equal("debian", builder.Configuration["Images:Source"]);
        Assert.Equal(Path.GetFullPath("../../AppHost", Source.Folder()), Path.TrimEndingDirectorySeparator(builder.AppHostDirectory));
        Assert.True(builder.ExecutionContext.IsRunMode);
        Assert.Superset(
            new HashSet<string> { "mysql", "guacd", "provisioner", "portal", "nginx" }, builder.Resources.Select(r => r.Name).ToHashSet());
    }

    [Fact]
    public async Task What_a_test_changes_is_what_runs()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Images:Source=debian"], Model.Cancelled);
        builder.Resources.Clear();
        builder.AddExecutable("only", "echo", ".", "here");
        await using var app = await builder.StartAsync();

        var ended = await app.StateAsync("only", s => s.ExitCode is not null);
        Assert.Equal(0, ended.Snapshot.ExitCode);
        await app.StopAsync(Model.Cancelled).WaitAsync(Model.Patience, Model.Cancelled);
    }

    [Fact]
    public async Task What_Main_throws_reaches_the_test()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--Images:Source=nonsense"], Model.Cancelled));

        Assert.Contains("Images:Source", failure.ToString(), StringComparison.Ordinal);
    }
}
