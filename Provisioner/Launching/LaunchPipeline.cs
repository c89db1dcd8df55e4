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
internal sealed class LaunchPipeline(
    IDesktopRuntime runtime, AgentClient agent, DesktopScreen screen, DesktopAccess access, MeshSpool spool, TimeProvider time)
{
    private static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ContainerPoll = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var address = await StepAsync(desktop, LaunchStep.Create, () => runtime.CreateAsync(desktop.Claim, cancellationToken));
        desktop.Address = address;
        var status = await StepAsync(desktop, LaunchStep.Start, () => StartAsync(desktop, address, cancellationToken));
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
            return await access.ConnectAsync(desktop.Id, address.Host, vncPassword, cancellationToken);
        });
        desktop.Password = await StepAsync(
            desktop, LaunchStep.Grant, () => access.GrantAsync(desktop.Id, desktop.Connection, cancellationToken));
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
        if (desktop.Current.State.IsLaunching())
            desktop.Enter(step);
        return Tracing.SpanAsync(step.Name, work);
    }
}
