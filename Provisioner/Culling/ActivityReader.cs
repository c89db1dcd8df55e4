using Guacamole.Client;
using GuacAspire.Provisioner.Agent;

namespace GuacAspire.Provisioner.Culling;

/// <summary>Whom Guacamole knows, and who looks at what, at a moment.</summary>
internal sealed record Audience(IReadOnlySet<string> Users, IReadOnlySet<string> ConnectionsInUse);

/// <summary>What goes on in a desktop.</summary>
/// <param name="InUse">Somebody looks at it, or it computes.</param>
/// <param name="SinceInput">How long ago somebody touched it last; null when that is not known, or never was.</param>
/// <param name="IsFresh">Whether that was asked for just now.</param>
internal sealed record Activity(bool InUse, TimeSpan? SinceInput, bool IsFresh);

/// <summary>Finds out whether anybody uses a desktop. Who cannot be asked says nothing.</summary>
internal sealed class ActivityReader(GuacamoleSession admin, AgentAnswers agents, TimeProvider time)
{
    public async Task<Audience> ReadAudienceAsync(CancellationToken cancellationToken)
    {
        var users = await admin.ListUsersAsync(cancellationToken);
        var active = await admin.ListActiveConnectionsAsync(cancellationToken);
        return new(
            users.Keys.ToHashSet(),
            active.Values.Select(connection => connection.ConnectionIdentifier).OfType<string>().ToHashSet());
    }

    /// <param name="desktop">Which one.</param>
    /// <param name="audience">Who looks at what; null when Guacamole does not answer.</param>
    /// <param name="age">How old what its agent has said may be, as long as nobody works there.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Activity> ReadAsync(ManagedDesktop desktop, Audience? audience, TimeSpan age, CancellationToken cancellationToken)
    {
        // What is looked at is in use, whatever its agent says.
        if (desktop.Connection is { } connection && audience?.ConnectionsInUse.Contains(connection) == true)
            return new(InUse: true, null, IsFresh: true);
        var began = time.GetTimestamp();
        var heard = await agents.AskAsync(desktop, age, cancellationToken);
        return new(
            heard?.Status is { Rendering: true } or { Busy: true },
            heard?.Status?.LastInput is { } seconds ? TimeSpan.FromSeconds(seconds) + time.GetElapsedTime(heard.At) : null,
            heard is null || heard.At >= began);
    }
}
