using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Tests.StandIns;

/// <summary>States, waits, health and commands of resources that nothing runs but the test itself.</summary>
public class NotificationTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public async Task Dependents_wait_until_it_is_healthy_and_ready()
    {
        var well = false;
        var ready = new TaskCompletionSource();
        _builder.Services.AddHealthChecks().AddCheck("first_check", () => well
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("not yet"));
        var first = _builder.AddResource(new Custom("first")).WithHealthCheck("first_check").OnResourceReady((_, _, _) => ready.Task);
        _builder.AddResource(new Custom("second")).WaitFor(first);
        await using var app = await _builder.StartAsync();
        await app.ResourceNotifications.PublishUpdateAsync(first.Resource, s => s with { State = KnownResourceStates.Running });

        await app.StateAsync("first", s => s.HealthReports.Any(r => r.Description == "not yet"));
        var waiting = app.ResourceNotifications.WaitForDependenciesAsync(
            _builder.Resources.Single(r => r.Name == "second"), Model.Cancelled);
        await app.ResourceNotifications.WaitForResourceAsync("second", KnownResourceStates.Waiting, Model.Cancelled);
        well = true;
        await app.StateAsync("first", s => s.HealthStatus == HealthStatus.Healthy);
        Assert.False(waiting.IsCompleted);
        ready.SetResult();
        await waiting.WaitAsync(Model.Patience, Model.Cancelled);
    }

    [Fact]
    public async Task Waiting_for_completion_takes_the_exit_code_seriously()
    {
        var step = _builder.AddResource(new Custom("step"));
        var after = _builder.AddResource(new Custom("after")).WaitForCompletion(step);
        await using var app = await _builder.StartAsync();
        var waiting = app.ResourceNotifications.WaitForDependenciesAsync(after.Resource, Model.Cancelled);
        await app.ResourceNotifications.PublishUpdateAsync(
            step.Resource, s => s with { State = KnownResourceStates.Finished, ExitCode = 2 });

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => waiting.WaitAsync(Model.Patience, Model.Cancelled));
        Assert.Contains("step", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'2'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_needs_what_failed_is_told()
    {
        var first = _builder.AddResource(new Custom("first"));
        var second = _builder.AddResource(new Custom("second")).WaitFor(first, WaitBehavior.StopOnResourceUnavailable);
        await using var app = await _builder.StartAsync();
        var waiting = app.ResourceNotifications.WaitForDependenciesAsync(second.Resource, Model.Cancelled);
        await app.ResourceNotifications.PublishUpdateAsync(first.Resource, s => s with { State = KnownResourceStates.FailedToStart });

        await Assert.ThrowsAsync<DistributedApplicationException>(() => waiting.WaitAsync(Model.Patience, Model.Cancelled));
    }

    [Fact]
    public async Task Announcing_the_start_of_a_resource_waits_for_its_dependencies()
    {
        var first = _builder.AddResource(new Custom("first"));
        var second = _builder.AddResource(new Custom("second")).WaitForStart(first);
        await using var app = await _builder.StartAsync();
        var announcing = _builder.Eventing.PublishAsync(new BeforeResourceStartedEvent(second.Resource, app.Services), Model.Cancelled);
        await app.ResourceNotifications.WaitForResourceAsync("second", KnownResourceStates.Waiting, Model.Cancelled);
        Assert.False(announcing.IsCompleted);
        await app.ResourceNotifications.PublishUpdateAsync(first.Resource, s => s with { State = KnownResourceStates.Running });

        await announcing.WaitAsync(Model.Patience, Model.Cancelled);
    }

    [Fact]
    public async Task Every_resource_is_initialized_once_and_keeps_its_first_state()
    {
        var initialized = new TaskCompletionSource();
        _builder.AddResource(new Custom("own"))
            .WithInitialState(
                new CustomResourceSnapshot { ResourceType = "Own", State = KnownResourceStates.NotStarted, Properties = [new("a", "b")] })
            .OnInitializeResource((_, _, _) =>
            {
                // A second time would throw.
                initialized.SetResult();
                return Task.CompletedTask;
            });
        await using var app = await _builder.StartAsync();

        var state = await app.StateAsync("own", s => s.State?.Text == KnownResourceStates.NotStarted);
        Assert.Equal("Own", state.Snapshot.ResourceType);
        Assert.Equal("b", Assert.Single(state.Snapshot.Properties, p => p.Name == "a").Value);
        await initialized.Task.WaitAsync(Model.Patience, Model.Cancelled);
    }

    [Fact]
    public async Task Commands_run_and_say_how_it_went()
    {
        var own = _builder.AddResource(new Custom("own"))
            .WithCommand("good", "Good",
                context => Task.FromResult(context.ResourceName.Length > 0 ? CommandResults.Success() : CommandResults.Failure()))
            .WithCommand("bad", "Bad", _ => throw new InvalidOperationException("no"));
        await using var app = await _builder.StartAsync();

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(own.Resource, "good", Model.Cancelled)).Success);
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync(own.Resource, "bad", Model.Cancelled)).Success);
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync(own.Resource, "none", Model.Cancelled)).Success);
    }

    [Fact]
    public async Task Logs_are_kept_for_who_comes_late()
    {
        var own = _builder.AddResource(new Custom("own"));
        await using var app = await _builder.StartAsync();
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
#pragma warning disable CA1848 // One line of a test.
        Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(loggers.GetLogger(own.Resource), "said before");
#pragma warning restore CA1848

        await foreach (var lines in loggers.WatchAsync(own.Resource).WithCancellation(Model.Cancelled))
        {
            Assert.Contains("said before", lines[0].Content, StringComparison.Ordinal);
            break;
        }
    }

    [Fact]
    public async Task Events_reach_their_resource_in_turn()
    {
        var eventing = new DistributedApplicationEventing();
        var first = new Custom("first");
        var seen = new List<string>();
        eventing.Subscribe<BeforeResourceStartedEvent>(first, (_, _) => Seen("first"));
        eventing.Subscribe<BeforeResourceStartedEvent>(new Custom("second"), (_, _) => Seen("second"));
        var all = eventing.Subscribe<BeforeResourceStartedEvent>((_, _) => Seen("all"));
        await eventing.PublishAsync(new BeforeResourceStartedEvent(first, null!), Model.Cancelled);
        eventing.Unsubscribe(all);
        await eventing.PublishAsync(new BeforeResourceStartedEvent(first, null!), Model.Cancelled);

        Assert.Equal(["first", "all", "first"], seen);

        Task Seen(string who)
        {
            seen.Add(who);
            return Task.CompletedTask;
        }
    }

    private sealed class Custom(string name) : Resource(name), IResourceWithWaitSupport;
}
