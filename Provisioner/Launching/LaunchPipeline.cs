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
    private static readonly TimeSpan AgentPoll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ContainerPoll = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        if (desktop is { IsWarm: true, Address: { } warm } && await TryOpenWarmAsync(desktop, warm, cancellationToken))
            return;

        desktop.Enter(LaunchStep.Create);
        var made = new NewDesktop(desktop.Id, desktop.Claim.CreatedAt, Screen: screen.SizeFor(desktop));
        var address = await Tracing.SpanAsync(LaunchStep.Create.Name, () => runtime.CreateAsync(made, cancellationToken));
        desktop.Address = address;

        // guacd comes in while Blender starts, and Guacamole is told while it opens the mesh: none needs the other, and somebody waits.
        desktop.Enter(LaunchStep.Start);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registering = RegisterLaterAsync(desktop, listening.Task, cancellationToken);
        var starting = queue.RunAsync(
            ahead => desktop.Progress(LaunchStep.Start.Percent, ahead == 1 ? "You are next" : $"{ahead - 1} desktops are to start before yours"),
            () => StartAsync(desktop, address, listening, cancellationToken),
            cancellationToken);
        await Task.WhenAll(
            ShowAsync(desktop, starting, registering), registering, runtime.AdmitGuacdAsync([desktop.Id], cancellationToken));
    }

    /// <summary>Registers a desktop with Guacamole, with a new VNC password and a new user's password.</summary>
    public async Task RegisterAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var address = desktop.Address ?? throw new InvalidOperationException("The desktop has no address.");
        desktop.Connection = await Tracing.SpanAsync(LaunchStep.Connect.Name, async () =>
        {
            var vncPassword = Secrets.VncPassword();
            await agent.SetVncPasswordAsync(address, vncPassword, cancellationToken);
            var isRecorded = desktop.Current.RecordingSince is not null;
            return await access.ConnectAsync(desktop.Id, address.Host, vncPassword, isRecorded, cancellationToken);
        });
        desktop.Password = await Tracing.SpanAsync(
            "grant", () => access.GrantAsync(desktop.Id, desktop.Connection, cancellationToken));
    }

    /// <summary>Opens the mesh in a desktop of the pool. One that turns out to be broken is thrown away, and made anew under the same name.</summary>
    private async Task<bool> TryOpenWarmAsync(ManagedDesktop desktop, DesktopAddress address, CancellationToken cancellationToken)
    {
        try
        {
            desktop.Enter(LaunchStep.Open);
            // Neither waits for the other: what Guacamole has to be told does not depend on the mesh.
            var opening = Tracing.SpanAsync(LaunchStep.Open.Name, async () =>
            {
                // Before the mesh is there: it is drawn once, and framed in the screen that it will be seen on.
                await screen.PrepareAsync(desktop, cancellationToken);
                await OpenAsync(desktop.Claim, address, cancellationToken);
            });
            var registering = RegisterAsync(desktop, cancellationToken);
            await Task.WhenAll(ShowAsync(desktop, opening, registering), registering);
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

    /// <summary>Starts Blender and has it open the mesh.</summary>
    private async Task<bool> StartAsync(
        ManagedDesktop desktop, DesktopAddress address, TaskCompletionSource listening, CancellationToken cancellationToken)
    {
        bool isNew;
        try
        {
            isNew = await Tracing.SpanAsync(LaunchStep.Start.Name, async () =>
            {
                var isStarted = await runtime.StartAsync(desktop.Id, cancellationToken);
                await PollAsync(desktop, () => agent.IsListeningAsync(address, cancellationToken), cancellationToken);
                return isStarted;
            });
            listening.SetResult();
        }
        catch
        {
            listening.SetCanceled(CancellationToken.None);
            throw;
        }

        // A new one is asked for nothing else before: it would draw an empty scene first. An older one may have the mesh from an earlier attempt.
        AgentStatus? status = null;
        if (!isNew)
        {
            await PollAsync(
                desktop, async () => (status = await agent.TryGetStatusAsync(address, cancellationToken)) is { Ready: true }, cancellationToken);
        }

        if (status is not { MeshDrawn: true })
        {
            desktop.Enter(LaunchStep.Open);
            await Tracing.SpanAsync(LaunchStep.Open.Name, () => OpenAsync(desktop.Claim, address, cancellationToken));
        }

        return isNew;
    }

    private async Task RegisterLaterAsync(ManagedDesktop desktop, Task listening, CancellationToken cancellationToken)
    {
        await listening.WaitAsync(cancellationToken);
        await RegisterAsync(desktop, cancellationToken);
    }

    /// <summary>Says what is still waited for when the mesh is there.</summary>
    private static async Task ShowAsync(ManagedDesktop desktop, Task opening, Task registering)
    {
        await opening;
        if (!registering.IsCompleted)
            desktop.Enter(LaunchStep.Connect);
    }

    private async Task PollAsync(ManagedDesktop desktop, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        // Polls say nothing in a trace; that they ended says when Blender was there.
        using var quiet = SuppressInstrumentationScope.Begin();
        var looked = time.GetTimestamp();
        while (!await isSo())
        {
            if (time.GetElapsedTime(looked) > ContainerPoll)
            {
                looked = time.GetTimestamp();
                if (await runtime.FindAsync(desktop.Id, cancellationToken) is not { Phase: ContainerPhase.Running })
                    throw new AgentException("Blender ended while it was starting.", null);
            }

            await Task.Delay(AgentPoll, time, cancellationToken);
        }
    }

    private async Task OpenAsync(DesktopClaim claim, DesktopAddress address, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var mesh = spool.Open(claim.Id);
                var status = await agent.OpenAsync(address, claim.FileName, mesh, cancellationToken);
                if (!status.MeshDrawn)
                    throw new AgentException("Blender opened the mesh but did not draw it.", null);
                return;
            }
            catch (AgentException e) when (e.IsBusy)
            {
                await Task.Delay(AgentPoll, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} of the pool was of no use: {Reason} It is made anew")]
    private partial void LogBroken(string id, string reason);
}
