using System.Globalization;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>Names and labels: by these, and by nothing else, the engine's objects are known as desktops.</summary>
internal sealed class DesktopLabels(IOptions<DesktopsOptions> options)
{
    public const string Instance = "guacaspire.instance";
    public const string Desktop = "guacaspire.desktop";
    public const string Created = "guacaspire.created";
    public const string Role = "guacaspire.role";
    public const string Guacd = "guacaspire.guacd";

    private const string Probe = "probe";
    private const string Prefix = "guacaspire-";
    private const string Pool = "guacaspire.pool";
    private const string Claimant = "guacaspire.claimant";
    private const string Owner = "guacaspire.owner";
    private const string Mesh = "guacaspire.mesh";
    private const string File = "guacaspire.file";
    private const string Key = "guacaspire.key";
    private const string Resume = "guacaspire.resume";
    private const string Discard = "guacaspire.discard";
    private const string End = "-end";

    private readonly string _instance = options.Value.Instance;
    private readonly string _guacd = options.Value.GuacdLabel;

    /// <summary>The engine's filter for what this instance has.</summary>
    public IDictionary<string, IDictionary<string, bool>> OwnFilter => Filter($"{Instance}={_instance}");

    /// <summary>The engine's filter for this instance's probes of the wall.</summary>
    public IDictionary<string, IDictionary<string, bool>> ProbeFilter => Filter($"{Instance}={_instance}", $"{Role}={Probe}");

    /// <summary>The engine's filter for the container of guacd.</summary>
    public IDictionary<string, IDictionary<string, bool>> GuacdFilter => Filter($"{Guacd}={_guacd}");

    /// <summary>The name of a desktop's container, network and claim.</summary>
    public static string NameOf(string id) => $"{Prefix}{id}";

    /// <summary>The name of the mark that says that a desktop is to be gone.</summary>
    public static string EndNameOf(string id) => NameOf(id) + End;

    /// <summary>The other way of <see cref="NameOf"/>.</summary>
    public static string IdOf(string name) => name[Prefix.Length..];

    /// <summary>The name of a desktop's bridge: a fixed prefix for the host's firewall rule, and no longer than a kernel allows (15).</summary>
    public static string BridgeOf(string id) => $"gad-{id[..11]}";

    public static bool IsDesktop(IDictionary<string, string>? labels, string name) =>
        labels?.TryGetValue(Desktop, out var id) == true && name == NameOf(id);

    public static bool IsEnd(IDictionary<string, string>? labels, string name) =>
        labels?.TryGetValue(Desktop, out var id) == true && name == EndNameOf(id);

    /// <summary>Without a desktop's id, so that nobody takes a probe for one.</summary>
    public Dictionary<string, string> ForProbe() => new() { [Instance] = _instance, [Role] = Probe };

    public Dictionary<string, string> ForDesktop(NewDesktop desktop)
    {
        var labels = ForRole(desktop.Id, desktop.CreatedAt, "desktop");
        if (desktop.Template is { } template)
            labels[Pool] = template;
        return labels;
    }

    /// <param name="claim">The claim.</param>
    /// <param name="claimant">Tells this attempt to claim the desktop from every other.</param>
    public Dictionary<string, string> ForClaim(DesktopClaim claim, string claimant)
    {
        var labels = ForRole(claim.Id, claim.CreatedAt, "claim");
        labels[Claimant] = claimant;
        labels[Owner] = claim.Owner;
        labels[Mesh] = claim.Mesh;
        labels[File] = claim.FileName;
        if (claim.IdempotencyKey is { Length: > 0 } key)
            labels[Key] = key;
        if (claim.Resume is { } resume)
            labels[Resume] = resume;
        return labels;
    }

    public Dictionary<string, string> ForEnd(string id, StopMark mark, DateTimeOffset now)
    {
        var labels = ForRole(id, now, "end");
        labels[Discard] = mark.Discard.ToString();
        return labels;
    }

    public static StopMark ReadEnd(IDictionary<string, string> labels) =>
        new(labels.TryGetValue(Discard, out var discard) && bool.TryParse(discard, out var isDiscarded) && isDiscarded);

    public static DesktopClaim? ReadClaim(IDictionary<string, string> labels) =>
        labels.TryGetValue(Desktop, out var id)
        && labels.TryGetValue(Owner, out var owner)
        && labels.TryGetValue(Mesh, out var mesh)
        && labels.TryGetValue(File, out var file)
        && labels.TryGetValue(Created, out var created)
        && DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var createdAt)
            ? new(
                id, owner, mesh, file, labels.TryGetValue(Key, out var key) ? key : null, createdAt,
                labels.TryGetValue(Resume, out var resume) ? resume : null)
            : null;

    private static Dictionary<string, IDictionary<string, bool>> Filter(params string[] all) =>
        new() { ["label"] = all.ToDictionary(label => label, _ => true) };

    public static bool IsClaimOf(IDictionary<string, string>? labels, string claimant) =>
        labels?.TryGetValue(Claimant, out var first) == true && first == claimant;

    public static PoolMark? ReadPool(IDictionary<string, string> labels) =>
        labels.TryGetValue(Pool, out var template)
        && labels.TryGetValue(Created, out var created)
        && DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var createdAt)
            ? new(template, createdAt)
            : null;

    private Dictionary<string, string> ForRole(string id, DateTimeOffset createdAt, string role) => new()
    {
        [Instance] = _instance,
        [Desktop] = id,
        [Created] = createdAt.ToString("O", CultureInfo.InvariantCulture),
        [Role] = role,
    };
}
