using GuacAspire.Provisioner.Guacamole;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>Begins and ends to record a desktop that goes on.</summary>
internal sealed partial class Recorder(
    DesktopRecording recording,
    RecordingFiles files,
    RecordingIndex index,
    IOptions<GuacamoleOptions> guacamole,
    IOptions<RecordingsOptions> options,
    TimeProvider time,
    ILogger<Recorder> logger)
{
    /// <summary>Returns when it is so. Not cancelled with the request: what has begun is done.</summary>
    /// <param name="desktop">Which one.</param>
    /// <param name="on">Whether it is to be recorded.</param>
    /// <param name="why">Tells its owner why, where that is not who asks.</param>
    public async Task<Desktop> SwitchAsync(ManagedDesktop desktop, bool on, string? why = null)
    {
        if (on)
            Require();
        if (!IsReady(desktop))
            throw Conflict(desktop);
        await desktop.Exclusive.WaitAsync(CancellationToken.None);
        try
        {
            if (!IsReady(desktop) || desktop.Connection is not { } connection)
                throw Conflict(desktop);
            if (desktop.Current.RecordingSince is not null != on)
                await SwitchAsync(desktop, connection, on, why);
            return desktop.Current;
        }
        finally
        {
            desktop.Exclusive.Release();
        }
    }

    private async Task SwitchAsync(ManagedDesktop desktop, string connection, bool on, string? why)
    {
        DateTimeOffset? since = on ? time.GetUtcNow() : null;
        if (since is { } now)
            index.Begin(desktop.Claim, now);
        await recording.SetAsync(connection, on, CancellationToken.None);
        // Who looks is told first, and so takes the end of the tunnel for what it is.
        desktop.Records(since, why);
        var tunnels = await recording.TunnelsAsync(CancellationToken.None);
        await recording.EndAsync([.. tunnels[connection]], CancellationToken.None);
        LogSwitched(desktop.Id, on ? "on" : "off", why ?? "as its owner asked");
    }

    /// <exception cref="ProblemException">Nothing can be recorded here, or not now.</exception>
    private void Require()
    {
        if (guacamole.Value.IsExternal)
            throw Impossible("This Guacamole is run by somebody else, and what its guacd writes cannot be seen from here.");
        if (!files.IsConfigured)
            throw Impossible("There is no folder that guacd writes and Guacamole reads. Whoever runs this sets one: Recordings:Directory.");
        if (files.FreeBytes is { } free && free < ByteSize.Parse(options.Value.MinFree))
        {
            throw new ProblemException(
                StatusCodes.Status507InsufficientStorage,
                "There is no room for a recording",
                $"{ByteSize.Describe(free)} are left on the disk; {ByteSize.Describe(ByteSize.Parse(options.Value.MinFree))} must stay free.");
        }
    }

    private static bool IsReady(ManagedDesktop desktop) =>
        desktop.Current.State == DesktopState.Ready && !desktop.StopRequested.IsCancellationRequested;

    private static ProblemException Impossible(string detail) =>
        new(StatusCodes.Status501NotImplemented, "Nothing can be recorded here", detail);

    private static ProblemException Conflict(ManagedDesktop desktop) => new(
        StatusCodes.Status409Conflict,
        "The desktop is not ready",
        desktop.StopRequested.IsCancellationRequested
            ? "It is being stopped."
            : $"It is {desktop.Current.State.ToString().ToLowerInvariant()}.");

    [LoggerMessage(LogLevel.Information, "Recording of desktop {Id} is {State}: {Why}")]
    private partial void LogSwitched(string id, string state, string why);
}
