using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Pictures;

/// <summary>
/// Takes pictures of meshes. What a stranger has uploaded is opened where all such files are, in a desktop behind the wall, and in one of
/// its own, so that no file can do anything to the picture of another. One at a time, behind everybody who waits for a desktop.
/// </summary>
internal sealed class MeshPhotographer(
    Studio studio,
    DesktopRegistry registry,
    DrainSwitch drain,
    IDesktopRuntime runtime,
    AgentClient agent,
    DesktopIds ids,
    IOptions<DesktopsOptions> options,
    TimeProvider time) : IDisposable
{
    // More than that can as well be asked for later, by who keeps the meshes.
    private const int MaxWaiting = 4;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private int _waiting;

    /// <summary>Opens a mesh and returns its picture, a PNG.</summary>
    /// <exception cref="ProblemException">Too many are waiting, the machine is full or being emptied, or Blender cannot read the mesh.</exception>
    public async Task<byte[]> TakeAsync(string fileName, Stream mesh, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw Later($"{MaxWaiting} pictures are being waited for already.");
        }

        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Begun, _closed.Token);
        try
        {
            await _one.WaitAsync(wanted.Token);
            try
            {
                return await TakeInTurnAsync(fileName, mesh, wanted.Token);
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException e) when (wanted.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Later("This system is being emptied.", e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Takes no more pictures, and returns when nothing is left of the one that was being taken.</summary>
    public async Task CloseAsync()
    {
        await _closed.CancelAsync();
        await _one.WaitAsync();
        _one.Release();
    }

    public void Dispose()
    {
        _one.Dispose();
        _closed.Dispose();
    }

    private async Task<byte[]> TakeInTurnAsync(string fileName, Stream mesh, CancellationToken cancellationToken)
    {
        while (registry.IsLaunching)
            await Task.Delay(options.Value.PoolPause, time, cancellationToken);
        if (registry.Limits(null) is { Available: 0 } or { NextLimit: Limit.Memory or Limit.Cpu })
            throw Later("Every desktop is in use.");

        using var deadline = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var id = ids.Create();
        // Known before anything of it exists, so that nobody takes it for an orphan.
        studio.Enter(id);
        var isOpening = false;
        try
        {
            var address = await runtime.CreateAsync(new(id, time.GetUtcNow(), await runtime.GetTemplateAsync(both.Token)), both.Token);
            await runtime.StartAsync(id, both.Token);
            while (!await agent.IsListeningAsync(address, both.Token))
                await Task.Delay(Poll, time, both.Token);
            isOpening = true;
            await agent.OpenAsync(address, fileName, mesh, both.Token);
            return await agent.TakePictureAsync(address, both.Token);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && isOpening)
        {
            // Blender was there, so it is the mesh that takes so long. Tried for ever, it would keep all others waiting.
            throw new ProblemException(
                StatusCodes.Status504GatewayTimeout, "No picture can be taken of this mesh",
                $"Blender did not draw it within {options.Value.LaunchTimeout.TotalSeconds:0} seconds.", e);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw Later("The machine is very busy.", e);
        }
        finally
        {
            await RemoveAsync(id);
        }
    }

    private async Task RemoveAsync(string id)
    {
        using var patience = new CancellationTokenSource(options.Value.SaveTimeout, time);
        try
        {
            await runtime.RemoveAsync(id, patience.Token);
        }
        finally
        {
            // From here on what could not be removed is an orphan like any other.
            studio.Leave(id);
        }
    }

    private static ProblemException Later(string reason, Exception? cause = null) => new(
        StatusCodes.Status503ServiceUnavailable, "No picture can be taken now", $"{reason} Try again later.", cause);
}
