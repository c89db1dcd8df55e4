using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost;

/// <summary>Runs the application to an end that leaves nothing, whenever somebody ends it.</summary>
internal static class Ending
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(55);
    private static readonly TimeSpan Tidying = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // What these say of the end, such as that some desktop could not be saved, is for whoever ends it.
    private const string Heard = "Aspire.Hosting.Blender";

    /// <summary>
    /// Keeps off the console what everybody has to say of whatever an end breaks off: each start that somebody waits for is cancelled,
    /// and each would be an error with a stack.
    /// </summary>
    public static void AddQuietEnd(this IDistributedApplicationBuilder builder)
    {
        var sign = new Sign();
        builder.Services.AddSingleton(sign);
        builder.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            var rules = options.Rules.ToArray();
            options.Rules.Clear();
            // A rule for a category takes the place of one for all, so each has to know.
            foreach (var rule in rules.Prepend(new(null, null, options.MinLevel, null)))
            {
                options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                    (!sign.IsGiven || category?.StartsWith(Heard, StringComparison.Ordinal) == true)
                    && (rule.Filter is null || rule.Filter(provider, category, level))));
            }
        });
    }

    /// <summary>Starts the application and waits until it is ended.</summary>
    /// <returns>The exit code: 1 where it could not be started, after a line that says why.</returns>
    public static async Task<int> RunToTheEndAsync(this DistributedApplication app)
    {
        await using (app)
        {
            var model = app.Services.GetRequiredService<DistributedApplicationModel>();
            var configuration = app.Services.GetRequiredService<IConfiguration>();
            if (app.Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
            {
                await app.RunAsync();
                return Environment.ExitCode;
            }

            await Ports.DemandFreeAsync(model, configuration);
            var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
            app.Services.GetRequiredService<Sign>().Stopping = lifetime.ApplicationStopping;
            var ending = new Stopwatch();
            Orchestrator? orchestrator = null;
            using var saying = lifetime.ApplicationStopping.Register(() =>
            {
                ending.Start();
                orchestrator = Orchestrator.Find();
                Console.WriteLine("Ending: desktops are saved and removed, then all else…");
            });
            try
            {
                await app.RunAsync();
                return Environment.ExitCode;
            }
            catch (Exception wrong) when (!lifetime.ApplicationStarted.IsCancellationRequested && wrong is not DistributedApplicationException)
            {
                throw new DistributedApplicationException(
                    $"The application could not be started: {wrong.Message} See to what was said before this line, then start again.", wrong);
            }
            finally
            {
                // A start that is broken off has started much already, and the host itself would leave all of it. An end that took too long
                // has had its time.
                if (!lifetime.ApplicationStopped.IsCancellationRequested)
                    await StopAsync(app, Patience - ending.Elapsed);
                await Ports.AwaitFreeAsync(model, configuration);
                await AwaitGoneAsync(orchestrator, Patience + Tidying - ending.Elapsed);
            }
        }
    }

    /// <summary>Says in one line why the application could not be started.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> SayWhyAsync(DistributedApplicationException wrong)
    {
        await Console.Error.WriteLineAsync(wrong.Message);
        return 1;
    }

    /// <summary>The orchestrator tidies up behind itself for some seconds after it has said that it has ended.</summary>
    private static async Task AwaitGoneAsync(Orchestrator? orchestrator, TimeSpan rest)
    {
        var waiting = Stopwatch.StartNew();
        while (orchestrator?.IsLeft == true && waiting.Elapsed < rest)
            await Task.Delay(Interval);
    }

    private static async Task StopAsync(DistributedApplication app, TimeSpan rest)
    {
        using var patience = new CancellationTokenSource(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Not everything has ended in time; the orchestrator goes on removing it.");
        }
    }

    /// <summary>That the end has begun. The token says so before it tells anybody, the start that it breaks off among them.</summary>
    internal sealed class Sign
    {
        public CancellationToken Stopping { get; set; }

        /// <summary>Whether an end has begun that nobody has asked for.</summary>
        public Func<bool> IsForced { get; set; } = () => false;

        public bool IsGiven => Stopping.IsCancellationRequested || IsForced();
    }
}
