namespace GuacAspire.Provisioner.Runtime;

/// <summary>How to reach a desktop: its VNC server for guacd, and its agent for us.</summary>
internal sealed record DesktopAddress(string Host, Uri Agent, string AgentToken)
{
    public const int VncPort = 5900;
    public const int AgentPort = 7070;

    // The generated one would print the token into the first log line that has an address in it.
    public override string ToString() => Host;
}
