namespace GuacAspire.Provisioner.Agent;

/// <summary>What a desktop's agent has said.</summary>
/// <param name="Status">Its words; null when it did not answer.</param>
/// <param name="At">When it was asked, by the clock that nobody can set.</param>
internal sealed record HeardStatus(AgentStatus? Status, long At);

/// <summary>
/// What agents have said last, shared by those who look after desktops in the background. Of a desktop in which nobody works one of them asks
/// for all, and seldom.
/// </summary>
internal sealed class AgentAnswers(AgentClient agent, Attendance attendance, TimeProvider time)
{
    // Who touched it so lately may well go on.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>What is known of a desktop, or else what it says now; null when it cannot be asked.</summary>
    /// <param name="desktop">Which one.</param>
    /// <param name="age">How old the answer may be, as long as nobody works there.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<HeardStatus?> AskAsync(ManagedDesktop desktop, TimeSpan age, CancellationToken cancellationToken)
    {
        if (desktop.Heard is { } heard && time.GetElapsedTime(heard.At) < age && IsQuiet(desktop, heard))
            return heard;
        if (desktop.Address is not { } address)
            return null;
        // Before the answer: what happens while it is on its way it knows nothing of.
        var asked = time.GetTimestamp();
        var status = await agent.TryGetStatusAsync(address, cancellationToken);
        // The names of a scene's objects may be many, and nobody asks for them here.
        return desktop.Heard = new(status is null ? null : status with { Objects = null }, asked);
    }

    /// <summary>Whether nothing was to be done there when it was asked, and nobody has been there since who could have changed that.</summary>
    private bool IsQuiet(ManagedDesktop desktop, HeardStatus heard) =>
        heard.Status is { Ready: true, Mesh: not null, Unsaved: false, Rendering: false, Busy: false } status
        && (status.LastInput is not { } seconds || (seconds > Pause.TotalSeconds && !desktop.IsInDoubt))
        && !attendance.MayHaveSomebody(desktop, heard.At);
}
