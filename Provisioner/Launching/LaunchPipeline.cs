using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Telemetry;

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
    GuacamolePatience guacamole,
    LaunchFiles files,
    StartQueue queue,
    TimeProvider time,
    ILogger<LaunchPipeline> logger)
{
    // Somebody waits, and to ask costs next to nothing.
    private static readonly TimeSpan AgentPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ContainerPoll = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        if (desktop is { IsWarm: true, Address: { } warm } && await TryOpenWarmAsync(desktop, warm, cancellationToken))
            return;

        desktop.Enter(LaunchStep.Create);
        var made = new NewDesktop(desktop.Id, desktop.Claim.CreatedAt, Screen: screen.SizeFor(desktop));
        var address = await Tracing.SpanAsync(LaunchStep.Create.Name, () => runtime.CreateAsync(made, cancellationToken));
        desktop.Address = address;

        // Guacamole is told and guacd comes in while Blender starts, which leaves a core idle: none needs the other, and somebody waits.
        desktop.Enter(LaunchStep.Start);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Together.RunAsync(
            cancellationToken,
            token => queue.RunAsync(
                ahead => desktop.Progress(LaunchStep.Start.Percent, Describe(ahead)),
                () =>
                {
                    desktop.Progress(LaunchStep.Start.Percent, LaunchStep.Start.Message);
                    return StartAsync(desktop, address, listening, token);
                },
                token),
            token => RegisterNewAsync(desktop, address, listening.Task, token),
            token => runtime.AdmitGuacdAsync([desktop.Id], token));
    }

    /// <summary>Registers a desktop that may be in use with Guacamole, with a new VNC password and a new user's password.</summary>
    public async Task RegisterAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var address = desktop.Address ?? throw new InvalidOperationException("The desktop has no address.");
        var vncPassword = Secrets.VncPassword();
        await Tracing.SpanAsync(LaunchStep.Connect.Name, async () =>
        {
            // First: a desktop that does not answer keeps the connection that it has.
            await agent.SetVncPasswordAsync(address, vncPassword, cancellationToken);
            await ConnectAsync(desktop, address, vncPassword, cancellationToken);
        });
        await Tracing.SpanAsync("grant", () => access.GrantAsync(desktop.Id, desktop.Connection!, cancellationToken));
    }

    private static string Describe(int ahead) => ahead switch
    {
        1 => "You are next",
        2 => "One desktop is to start before yours",
        _ => $"{ahead - 1} desktops are to start before yours",
    };

    /// <summary>Opens the mesh in a desktop of the pool. One that turns out to be broken is thrown away, and made anew under the same name.</summary>
    private async Task<bool> TryOpenWarmAsync(ManagedDesktop desktop, DesktopAddress address, CancellationToken cancellationToken)
    {
        try
        {
            desktop.Enter(LaunchStep.Open);
            // Neither waits for the other: what Guacamole has to be told does not depend on the mesh.
            await Together.RunAsync(
                cancellationToken,
                async token =>
                {
                    // Before the mesh is there: it is drawn once, and framed in the screen that it will be seen on.
                    await screen.PrepareAsync(desktop, token);
                    await OpenAsync(desktop, address, token);
                },
                token => guacamole.LongAsync(() => RegisterAsync(desktop, token), words => Tell(desktop, words), token));
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

    /// <summary>Starts Blender and has it open the mesh. True if it had not run before.</summary>
    private async Task<bool> StartAsync(
        ManagedDesktop desktop, DesktopAddress address, TaskCompletionSource listening, CancellationToken cancellationToken)
    {
        var isNew = await Tracing.SpanAsync(LaunchStep.Start.Name, async () =>
        {
            var isStarted = await runtime.StartAsync(desktop.Id, cancellationToken);
            await PollAsync(desktop, () => agent.IsListeningAsync(address, cancellationToken), cancellationToken);
            return isStarted;
        });
        listening.SetResult();

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
            await OpenAsync(desktop, address, cancellationToken);
        }

        return isNew;
    }

    /// <summary>Registers a desktop that nobody can use yet, while it starts.</summary>
    private async Task RegisterNewAsync(ManagedDesktop desktop, DesktopAddress address, Task listening, CancellationToken cancellationToken)
    {
        var vncPassword = Secrets.VncPassword();
        await guacamole.LongAsync(
            () => Tracing.SpanAsync(LaunchStep.Connect.Name, () => ConnectAsync(desktop, address, vncPassword, cancellationToken)),
            words => Tell(desktop, words),
            cancellationToken);
        await listening.WaitAsync(cancellationToken);
        await guacamole.LongAsync(
            () => Tracing.SpanAsync("grant", async () =>
            {
                await agent.SetVncPasswordAsync(address, vncPassword, cancellationToken);
                await access.GrantAsync(desktop.Id, desktop.Connection!, cancellationToken);
            }),
            words => Tell(desktop, words),
            cancellationToken);
    }

    private static void Tell(ManagedDesktop desktop, string words) => desktop.Progress(desktop.Current.Percent, words);

    private async Task ConnectAsync(ManagedDesktop desktop, DesktopAddress address, string vncPassword, CancellationToken cancellationToken)
    {
        var isRecorded = desktop.Current.RecordingSince is not null;
        desktop.Connection = await access.ConnectAsync(desktop.Id, address.Host, vncPassword, isRecorded, cancellationToken);
        desktop.Password = await access.EnrolAsync(desktop.Id, cancellationToken);
    }

    private async Task PollAsync(ManagedDesktop desktop, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
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

    private Task OpenAsync(ManagedDesktop desktop, DesktopAddress address, CancellationToken cancellationToken) =>
        Tracing.SpanAsync(LaunchStep.Open.Name, async () =>
        {
            var (claim, isOpen) = (desktop.Claim, false);
            while (!isOpen)
            {
                try
                {
                    await using var mesh = files.Open(claim.Id);
                    var status = await agent.OpenAsync(address, claim.FileName, mesh, cancellationToken);
                    if (!status.MeshDrawn)
                        throw new AgentException("Blender opened the mesh but did not draw it.", null);
                    isOpen = true;
                }
                catch (AgentException e) when (e.IsBusy)
                {
                    await Task.Delay(AgentPoll, time, cancellationToken);
                }
            }

            desktop.Enter(LaunchStep.Connect);
        });

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} of the pool was of no use: {Reason} It is made anew")]
    private partial void LogBroken(string id, string reason);
}
