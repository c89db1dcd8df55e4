using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Images that an application makes itself, on the machine's engine.</summary>
public sealed class ImageTests(RunningSystem system)
{
    private const string Reference = "guacaspire/image-test:dev";

    private static CancellationToken Patience => new CancellationTokenSource(AtMost.Minutes(2)).Token;

    [Fact]
    public async Task OneThatFailsKeepsWhatRunsItWaitingUntilItIsMended()
    {
        // The desktops' image is on the engine already: nothing has to be fetched.
        var context = Directory.CreateTempSubdirectory("guacaspire-image-");
        var dockerfile = Path.Combine(context.FullName, "Dockerfile");
        await File.WriteAllTextAsync(dockerfile, $"FROM {system.DesktopImage}\nRUN echo 'E: nothing to be had' >&2; exit 7\n", Patience);
        try
        {
            await using (var app = await StartAsync(context.FullName))
            {
                await app.ResourceNotifications.WaitForResourceAsync("image", ContainerImageResource.Failed, Patience);
                Assert.True(app.ResourceNotifications.TryGetCurrentState("image", out var failed));
                Assert.Equal(1, failed.Snapshot.ExitCode);

                await File.WriteAllTextAsync(dockerfile, $"FROM {system.DesktopImage}\nRUN true\n", Patience);
                Assert.True((await app.ResourceCommands.ExecuteCommandAsync("image", "build", Patience)).Success);
                await BuiltAsync(app);
            }

            var made = (await system.Engine.ImageAsync(Reference)).ID;
            await using (var app = await StartAsync(context.FullName))
                await BuiltAsync(app);
            Assert.Equal(made, (await system.Engine.ImageAsync(Reference)).ID);
        }
        finally
        {
            context.Delete(recursive: true);
            await system.Engine.RemoveImageAsync(Reference);
        }
    }

    private static Task<ResourceEvent> BuiltAsync(DistributedApplication app) => app.ResourceNotifications.WaitForResourceAsync(
        "image", change => change.Snapshot.State?.Text.StartsWith(ContainerImageResource.Built, StringComparison.Ordinal) == true, Patience);

    private static async Task<DistributedApplication> StartAsync(string context)
    {
        // That assembly knows where the orchestrator is.
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "AppHost", DisableDashboard = true });
        builder.AddContainerImage("image", Reference, context);
        var app = builder.Build();
        await app.StartAsync(Patience);
        return app;
    }
}
