using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Pool;

/// <summary>Makes a desktop for the pool, behind everybody else: it counts as ready when Blender has drawn a scene with materials.</summary>
internal sealed class PoolMaker(
    WarmPool pool, IDesktopRuntime runtime, AgentClient agent, DesktopIds ids, IOptions<DesktopsOptions> options, TimeProvider time)
{
    private static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(250);

    public async Task MakeAsync(string template, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        // Known here before anything of it exists, so that nobody takes it for an orphan.
        var member = new PoolMember(ids.Create(), new(template, time.GetUtcNow()));
        pool.Put(member);
        try
        {
            var address = await runtime.CreateAsync(new(member.Id, member.Mark.CreatedAt, template), both.Token);
            await Task.WhenAll(runtime.StartAsync(member.Id, both.Token), runtime.AdmitGuacdAsync([member.Id], both.Token));
            while (await agent.TryGetStatusAsync(address, both.Token) is not { Ready: true })
                await Task.Delay(StatusPoll, time, both.Token);
            await agent.RehearseAsync(address, both.Token);
            await runtime.RaiseAsync(member.Id, both.Token);
            pool.Put(member with { Address = address, Since = time.GetTimestamp() });
        }
        catch
        {
            // From here on it is an orphan like any other, should this fail or not be reached.
            pool.TryRemove(member.Id);
            using var patience = new CancellationTokenSource(options.Value.SaveTimeout, time);
            await runtime.RemoveAsync(member.Id, patience.Token);
            throw;
        }
    }

    /// <summary>Takes up a desktop that an earlier process has made; null when it is not whole.</summary>
    public async Task<PoolMember?> FindAsync(DesktopRemains remains, PoolMark mark, CancellationToken cancellationToken)
    {
        if (remains is not { Container: ContainerPhase.Running, HasNetwork: true }
            || await runtime.LocateAsync(remains.Id, cancellationToken) is not { } address
            || !await IsWellAsync(address, cancellationToken))
        {
            return null;
        }

        await runtime.RaiseAsync(remains.Id, cancellationToken);
        return new(remains.Id, mark, address, time.GetTimestamp());
    }

    public async Task<bool> IsWellAsync(DesktopAddress address, CancellationToken cancellationToken) =>
        await agent.TryGetStatusAsync(address, cancellationToken) is { Ready: true, Rehearsed: true, Mesh: null };
}
