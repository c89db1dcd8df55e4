using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Telemetry;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Launching;

/// <summary>
/// The steps from a claim to a desktop that somebody may use. Each finds what an earlier attempt at it has left, so that the whole can
/// be run again after a crash at any point.
/// </summary>
internal sealed partial class LaunchPipeline(
    IDesktopRuntime runtime,
    AgentClient agent,
    DesktopScreen screen,
    DesktopAccess access,
    MeshSpool spool,
    StartQueue queue,
    TimeProvider time,
    ILogger<LaunchPipeline> logger)
{
    // Somebody waits, and to ask costs next to nothing.
    private static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ContainerPoll = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        if (desktop is { IsWarm: true, Address: { } warm } && await TryOpenWarmAsync(desktop, warm, cancellationToken))
            return;
        var address = await StepAsync(
            desktop, LaunchStep.Create, () => runtime.CreateAsync(new(desktop.Id, desktop.Claim.CreatedAt), cancellationToken));
        desktop.Address = address;
        var starting = StepAsync(desktop, LaunchStep.Start, () => queue.RunAsync(
            ahead => desktop.Progress(LaunchStep.Start.Percent, ahead == 1 ? "You are next" : $"{ahead - 1} desktops are to start before yours"),
            () => StartAsync(desktop, address, cancellationToken),
            cancellationToken));
        // guacd has time to come in meanwhile: neither needs the other, and somebody waits.
        await Task.WhenAll(starting, runtime.AdmitGuacdAsync([desktop.Id], cancellationToken));
        var status = await starting;
        if (!status.MeshDrawn)
        {
            // Before the mesh is there: it is drawn once, and framed in the screen that it will be seen on.
            await screen.PrepareAsync(desktop, cancellationToken);
            await StepAsync(desktop, LaunchStep.Open, () => OpenAsync(desktop.Claim, address, cancellationToken));
        }

        await RegisterAsync(desktop, cancellationToken);
    }

    /// <summary>Registers a desktop with Guacamole, with a new VNC password and a new user's password.</summary>
    public async Task RegisterAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var address = desktop.Address ?? throw new InvalidOperationException("The desktop has no address.");
        desktop.Connection = await StepAsync(desktop, LaunchStep.Connect, async () =>
        {
            var vncPassword = Secrets.VncPassword();
            await agent.SetVncPasswordAsync(address, vncPassword, cancellationToken);
            var isRecorded = desktop.Current.RecordingSince is not null;
            return await access.ConnectAsync(desktop.Id, address.Host, vncPassword, isRecorded, cancellationToken);
        });
        desktop.Password = await StepAsync(
            desktop, LaunchStep.Grant, () => access.GrantAsync(desktop.Id, desktop.Connection, cancellationToken));
    }

    /// <summary>Opens the mesh in a desktop of the pool. One that turns out to be broken is thrown away, and made anew under the same name.</summary>
    private async Task<bool> TryOpenWarmAsync(ManagedDesktop desktop, DesktopAddress address, CancellationToken cancellationToken)
    {
        try
        {
            desktop.Enter(LaunchStep.Open);
            // Neither waits for the other: what Guacamole has to be told does not depend on the mesh.
            await Task.WhenAll(
                Tracing.SpanAsync(LaunchStep.Open.Name, async () =>
                {
                    await screen.PrepareAsync(desktop, cancellationToken);
                    await OpenAsync(desktop.Claim, address, cancellationToken);
                }),
                RegisterAsync(desktop, cancellationToken));
            return true;
        }
        catch (AgentException e) when (e.IsDesktopsFault && !cancellationToken.IsCancellationRequested)
        {
            LogBroken(desktop.Id, e.Message);
            desktop.IsWarm = false;
            await runtime.DiscardAsync(desktop.Id, cancellationToken);
            return false;
        }
    }

    private async Task<AgentStatus> StartAsync(ManagedDesktop desktop, DesktopAddress address, CancellationToken cancellationToken)
    {
        await runtime.StartAsync(desktop.Id, cancellationToken);

        // Polls say nothing in a trace; that they ended says when Blender was ready.
        using var quiet = SuppressInstrumentationScope.Begin();
        var looked = time.GetTimestamp();
        while (true)
        {
            var status = await agent.TryGetStatusAsync(address, cancellationToken);
            if (status is { Ready: true })
                return status;
            if (status is not null)
                desktop.Progress(35, "Blender is drawing its first picture");
            if (time.GetElapsedTime(looked) > ContainerPoll)
            {
                looked = time.GetTimestamp();
                if (await runtime.FindAsync(desktop.Id, cancellationToken) is not { Phase: ContainerPhase.Running })
                    throw new AgentException("Blender ended while it was starting.", null);
            }

            await Task.Delay(StatusPoll, time, cancellationToken);
        }
    }

    private async Task<AgentStatus> OpenAsync(DesktopClaim claim, DesktopAddress address, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var mesh = spool.Open(claim.Id);
                var status = await agent.OpenAsync(address, claim.FileName, mesh, cancellationToken);
                if (!status.MeshDrawn)
                    throw new AgentException("Blender opened the mesh but did not draw it.", null);
                return status;
            }
            catch (AgentException e) when (e.IsBusy)
            {
                await Task.Delay(StatusPoll, time, cancellationToken);
            }
        }
    }

    private static Task<T> StepAsync<T>(ManagedDesktop desktop, LaunchStep step, Func<Task<T>> work)
    {
        // What goes on beside the opening of the mesh is no step of its own, nor does a launch that begins anew go back.
        if (!desktop.IsWarm && desktop.Current.State.IsLaunching() && desktop.Current.State.CanBecome(step.State))
            desktop.Enter(step);
        return Tracing.SpanAsync(step.Name, work);
    }

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} of the pool was of no use: {Reason} It is made anew")]
    private partial void LogBroken(string id, string reason);
}
