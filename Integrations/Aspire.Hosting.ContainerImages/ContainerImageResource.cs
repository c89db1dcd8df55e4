using System.Globalization;
using System.Threading.Channels;
using Aspire.Hosting.ContainerImages;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Represents a container image that the application makes itself: from a Dockerfile, or by a command. It is made at the start, beside
/// everything else, and what runs it starts when it is there.
/// </summary>
public sealed class ContainerImageResource : Resource
{
    /// <summary>The state while layers are made.</summary>
    public const string Building = "Building";

    /// <summary>The state, followed by how long ago, when the engine has the image.</summary>
    public const string Built = "Built";

    /// <summary>The state when the image could not be made. The command <c>build</c> tries again.</summary>
    public const string Failed = "Failed";

    internal ContainerImageResource(string name, string reference, ImageRecipe recipe) : base(name)
    {
        Reference = reference;
        Recipe = recipe;
    }

    /// <summary>Gets the image's own name with its tag, as the container engine knows it, such as <c>example/nginx:dev</c>.</summary>
    public string Reference { get; }

    internal ImageRecipe Recipe { get; }

    /// <summary>What it is made from, and so has to be there first.</summary>
    internal List<ContainerImageResource> Bases { get; } = [];

    internal ImageAvailability Availability { get; } = new();

    /// <summary>Asks to try again; one such wish waits at most.</summary>
    internal Channel<bool> Orders { get; } = Channel.CreateBounded<bool>(1);

    /// <summary>The engine's id of it, once it is built.</summary>
    internal string Id { get; set; } = "";

    internal DateTimeOffset Created { get; set; }

    /// <summary>How long ago it was made, as somebody would say it.</summary>
    internal string Age(DateTimeOffset now) => (now - Created) switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min ago"),
        { TotalDays: < 2 } age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h ago"),
        var age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days ago"),
    };
}
