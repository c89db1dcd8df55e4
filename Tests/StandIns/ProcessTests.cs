using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.StandIns;

/// <summary>Projects and executables, for real.</summary>
public class ProcessTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public async Task A_project_runs_with_its_profile_environment_and_arguments()
    {
        var parameter = _builder.AddParameter("user", "anna");
        var api = _builder.AddProject("api", Source.Service).WithHttpHealthCheck("/health");
        _builder.AddProject("web", Source.Service).WithReference(api).WithEnvironment("USER_NAME", parameter).WithArgs("one", "two words")
            .WithHttpHealthCheck("/health").WaitFor(api);
        await using var app = await _builder.StartAsync();
        await app.HealthyAsync("web");

        Assert.Equal("yes", await app.GetAsync("web", "/environment/FROM_PROFILE"));
        Assert.Equal("anna", await app.GetAsync("web", "/environment/USER_NAME"));
        Assert.Equal("""["one","two words"]""", await app.GetAsync("web", "/arguments"));
        var seen = new Uri(await app.GetAsync("web", "/environment/services__api__http__0"));
        Assert.Equal(app.GetEndpoint("api", "http").Port, seen.Port);
    }

    [Fact]
    public async Task An_end_is_noticed_and_a_restart_is_a_new_process()
    {
        var web = _builder.AddProject("web", Source.Service).WithHttpHealthCheck("/health");
        await using var app = await _builder.StartAsync();
        await app.HealthyAsync("web");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => app.GetAsync("web", "/exit/5"));

        var ended = await app.StateAsync("web", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
        Assert.Equal(5, ended.Snapshot.ExitCode);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(web.Resource, KnownResourceCommands.StartCommand, Model.Cancelled)).Success);
        await app.HealthyAsync("web");
        var first = Started(app);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(web.Resource, KnownResourceCommands.RestartCommand, Model.Cancelled)).Success);
        await app.StateAsync(
            "web", s => s.StartTimeStamp > first && s.HealthStatus is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
        Assert.Equal("well", await app.GetAsync("web", "/health"));
    }

    [Fact]
    public async Task What_waits_for_completion_starts_after_it()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var step = _builder.AddExecutable("step", "sh", folder.FullName, "-c", "sleep 1; echo \"$0\" > made", "an argument");
            _builder.AddExecutable("after", "cat", folder.FullName, "made").WaitForCompletion(step);
            await using var app = await _builder.StartAsync();

            var ended = await app.StateAsync("after", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
            Assert.Equal(0, ended.Snapshot.ExitCode);
            Assert.Contains(await LinesAsync(app, "after"), line => line.Content.EndsWith("an argument", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Both_outputs_are_kept_and_the_exit_code_is_told()
    {
        _builder.AddExecutable("talk", "sh", ".", "-c", "echo out; echo err >&2; exit 9");
        await using var app = await _builder.StartAsync();

        var ended = await app.StateAsync("talk", s => s.ExitCode is not null);
        Assert.Equal(9, ended.Snapshot.ExitCode);
        var lines = await LinesAsync(app, "talk");
        Assert.Contains(lines, l => l.Content.EndsWith("out", StringComparison.Ordinal) && !l.IsErrorMessage);
        Assert.Contains(lines, l => l.Content.EndsWith("err", StringComparison.Ordinal) && l.IsErrorMessage);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_alone()
    {
        _builder.AddExecutable("none", "no-such-program-anywhere", ".");
        _builder.AddProject("web", Source.Service).WithHttpHealthCheck("/health");
        await using var app = await _builder.StartAsync();

        await app.StateAsync("none", s => s.State?.Text == KnownResourceStates.FailedToStart);
        await app.HealthyAsync("web");
    }

    [Fact]
    public async Task What_is_started_by_hand_waits_for_the_hand()
    {
        var later = _builder.AddExecutable("later", "true", ".").WithExplicitStart();
        await using var app = await _builder.StartAsync();
        await app.StateAsync("later", s => s.State?.Text == KnownResourceStates.NotStarted);
        await app.ResourceCommands.ExecuteCommandAsync(later.Resource, KnownResourceCommands.StartCommand, Model.Cancelled);

        await app.StateAsync("later", s => s.ExitCode == 0);
    }

    private static DateTime? Started(DistributedApplication app) =>
        app.ResourceNotifications.TryGetCurrentState("web", out var now) ? now.Snapshot.StartTimeStamp : null;

    private static async Task<List<LogLine>> LinesAsync(DistributedApplication app, string name)
    {
        var all = new List<LogLine>();
        await foreach (var lines in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(name)) all.AddRange(lines);
        return all;
    }
}
