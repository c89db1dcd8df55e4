namespace GuacAspire.Provisioner.Agent;

/// <summary>
/// How old what an agent has said may be for each of those who ask, as long as nobody works in the desktop. An old answer only ever lets a
/// desktop be: whoever is about to do something to it asks anew.
/// </summary>
internal static class AnswerAge
{
    /// <summary>Of an answer that somebody acts on.</summary>
    public static readonly TimeSpan None = TimeSpan.Zero;

    /// <summary>Whether Blender has lost what it had open: nobody is there to miss it, and whoever comes is heard of.</summary>
    public static readonly TimeSpan OfLoss = TimeSpan.FromMinutes(1);

    /// <summary>Whether anybody has touched it: that is counted in half hours, and asked anew before a desktop is warned of its end.</summary>
    public static readonly TimeSpan OfActivity = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether there is unsaved work: what an old answer does not know of is not older than the answer, and so is saved before it is as old
    /// as work may become.
    /// </summary>
    public static TimeSpan OfUnsaved(DesktopsOptions options) =>
        options.CheckpointInterval / 2 < OfActivity ? options.CheckpointInterval / 2 : OfActivity;
}
