using Guacamole.Client;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// Whether a desktop is recorded stands in its connection's parameters and nowhere else. guacd reads them when a tunnel is opened, so those
/// that are open are ended, and whoever looks at the desktop comes back at once.
/// </summary>
internal sealed class DesktopRecording(GuacamoleSession admin)
{
    private const string Path = "recording-path";

    /// <summary>What makes guacd record a desktop: pictures and the pointer, never keys.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Parameters(string id) =>
    [
        new(Path, "${HISTORY_PATH}/${HISTORY_UUID}"),
        new("recording-name", id),
        new("create-recording-path", "true"),
    ];

    public async Task<bool> IsOnAsync(string connection, CancellationToken cancellationToken) =>
        (await admin.GetConnectionParametersAsync(connection, cancellationToken)).GetValueOrDefault(Path) is { Length: > 0 };

    public async Task SetAsync(string connection, bool on, CancellationToken cancellationToken)
    {
        var present = await admin.GetConnectionAsync(connection, cancellationToken);
        var parameters = await admin.GetConnectionParametersAsync(connection, cancellationToken);
        var recorded = Parameters(present.Name).ToDictionary();
        var others = parameters.Where(parameter => !recorded.ContainsKey(parameter.Key));
        await admin.UpdateConnectionAsync(
            present with { Identifier = connection, Parameters = (on ? others.Concat(recorded) : others).ToDictionary() },
            cancellationToken);
    }

    /// <summary>The tunnels that are open, by connection; each is named as what is recorded of it.</summary>
    public async Task<ILookup<string?, string>> TunnelsAsync(CancellationToken cancellationToken) =>
        (await admin.ListActiveConnectionsAsync(cancellationToken)).ToLookup(pair => pair.Value.ConnectionIdentifier, pair => pair.Key);

    public Task EndAsync(IReadOnlyList<string> tunnels, CancellationToken cancellationToken) =>
        tunnels.Count == 0 ? Task.CompletedTask : admin.KillActiveConnectionsAsync(tunnels, cancellationToken);
}
