namespace GuacAspire.Provisioner.Agent;

/// <summary>What a desktop's agent says of its Blender.</summary>
/// <param name="Ready">Blender is up and has drawn a viewport.</param>
/// <param name="Mesh">The name of the file that is open.</param>
/// <param name="MeshDrawn">A viewport has been drawn with that file in it.</param>
/// <param name="Objects">The names of the scene's objects.</param>
/// <param name="Triangles">The scene's triangles.</param>
/// <param name="Unsaved">There is work that no save holds.</param>
/// <param name="LastInput">Seconds since somebody last used mouse or keyboard.</param>
/// <param name="Rendering">Blender is busy with a picture.</param>
/// <param name="Blender">Its version.</param>
/// <param name="Rehearsed">It has opened a small file of every format, drawn it, and put it away again.</param>
/// <param name="Resumed">Seconds since Blender, having ended, came back with what it had kept by itself; null when it never ended.</param>
/// <param name="Busy">Blender has not answered for a second: it computes, or it hangs. The rest is what was true before.</param>
internal sealed record AgentStatus(
    bool Ready,
    string? Mesh,
    bool MeshDrawn,
    IReadOnlyList<string>? Objects,
    long Triangles,
    bool Unsaved,
    double? LastInput,
    bool Rendering,
    string? Blender,
    bool Rehearsed = false,
    bool Busy = false,
    double? Resumed = null)
{
    // No desktop gets that old. What is told may be anything: a desktop's owner has Python in it, and so has the agent's words in hand.
    private static readonly double Longest = TimeSpan.FromDays(365).TotalSeconds;

    /// <summary>The same without times that cannot be, which would be as good as unknown to whoever reckons with them.</summary>
    public AgentStatus Sensible => this with { LastInput = Possible(LastInput), Resumed = Possible(Resumed) };

    private static double? Possible(double? seconds) => seconds is >= 0 && seconds <= Longest ? seconds : null;
}
