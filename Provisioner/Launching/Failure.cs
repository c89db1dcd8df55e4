using Docker.DotNet;
using Guacamole.Client;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Launching;

/// <summary>What went wrong, for the person who waits. What only a developer understands stands in the log.</summary>
internal static class Failure
{
    private const string Unforeseen = "Something unexpected went wrong. The Provisioner's log has the details.";

    public static string Describe(Exception e) => e switch
    {
        ProblemException => e.Message,
        GuacamoleUnreachableException => $"{e.Message} Desktops cannot be shown until it does.",
        GuacamoleException { IsPassing: true } => $"Guacamole cannot be used just now: {e.Message}",
        GuacamoleInvalidCredentialsException => "Guacamole does not accept the Provisioner's account. Check Guacamole:Username and Guacamole:Password.",
        GuacamolePermissionDeniedException =>
            $"Guacamole refused: {e.Message} The Provisioner's account there needs CREATE_USER and CREATE_CONNECTION.",
        GuacamoleException => $"Guacamole refused: {e.Message}",
        DockerApiException docker => $"The container engine refused: {EngineMessage.Of(docker)}",
        IOException when e.IsDiskFull() => "The disk is full. Free some space and try again.",
        _ => Unforeseen,
    };

    /// <summary>What went wrong, for whoever runs this; with the stack trace only where nobody has foreseen it.</summary>
    public static (string Reason, Exception? Trace) ForLog(Exception e) => Describe(e) switch
    {
        _ when e is EngineUnavailableException away => (away.Remedy, null),
        Unforeseen => (e.Message, e),
        var reason => (reason, null),
    };

    public static string Describe(DesktopContainer container, string memory) => container switch
    {
        { OutOfMemory: true } => $"Blender needed more memory than a desktop may have ({memory}).",
        { ExitCode: 137 } => "Blender was killed from outside.",
        { ExitCode: 0 } => "The desktop was shut down from outside, as by a container engine that stops.",
        _ => $"Blender ended unexpectedly (exit code {container.ExitCode}).",
    };

    /// <summary>What is left of somebody's work.</summary>
    public static string Describe(Saving.SavedFile? saved) =>
        saved is null ? "Nothing had been saved." : $"Your work was last saved at {saved.SavedAt:u}.";
}

/// <summary>The sentence in the engine's error.</summary>
internal static class EngineMessage
{
    public static string Of(DockerApiException e)
    {
        try
        {
            using var body = System.Text.Json.JsonDocument.Parse(e.ResponseBody ?? "");
            return body.RootElement.GetProperty("message").GetString() ?? "no reason given";
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"status {(int)e.StatusCode}";
        }
    }
}
