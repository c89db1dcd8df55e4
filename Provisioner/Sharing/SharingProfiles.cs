using System.Collections.Concurrent;
using Guacamole.Client;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>
/// The ways in which Guacamole lets a desktop be shared: a sharing profile for looking on and one for working. They are made when somebody
/// first shares, so that no launch waits for them, and go with the connection.
/// </summary>
internal sealed class SharingProfiles(GuacamoleSession admin)
{
    private readonly ConcurrentDictionary<(string Connection, ShareMode Mode), string> _known = new();

    /// <summary>The identifier of a connection's profile.</summary>
    public async Task<string> EnsureAsync(string connection, ShareMode mode, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((connection, mode), out var known))
            return known;
        try
        {
            return _known[(connection, mode)] = await MakeAsync(Describe(connection, mode), cancellationToken);
        }
        catch (GuacamolePermissionDeniedException e)
        {
            throw ShareRefusals.Denied(e);
        }
    }

    public void Forget(string connection, ShareMode mode) => _known.TryRemove((connection, mode), out _);

    /// <summary>Forgets those of a connection that goes.</summary>
    public void ForgetAll(string connection)
    {
        foreach (var mode in Enum.GetValues<ShareMode>())
            Forget(connection, mode);
    }

    private static GuacamoleSharingProfile Describe(string connection, ShareMode mode) =>
        new(mode.ToString().ToLowerInvariant(), connection)
        {
            Parameters = mode == ShareMode.View
                ? new Dictionary<string, string?> { ["read-only"] = "true" }
                // The screen's size is its owner's to choose.
                : new Dictionary<string, string?> { ["disable-display-resize"] = "true" },
        };

    private async Task<string> MakeAsync(GuacamoleSharingProfile profile, CancellationToken cancellationToken)
    {
        try
        {
            return (await admin.CreateSharingProfileAsync(profile, cancellationToken)).Identifier
                ?? throw new GuacamoleException("Guacamole gave the new sharing profile no identifier.", GuacamoleErrorType.Unknown, null);
        }
        catch (GuacamoleException e) when (e.Type == GuacamoleErrorType.BadRequest)
        {
            // An earlier process has made it, or somebody else has: what it allows is ours to say.
            var present = await admin.ListSharingProfilesAsync(profile.PrimaryConnectionIdentifier, cancellationToken);
            if (present.FirstOrDefault(pair => pair.Value.Name == profile.Name).Key is not { } identifier)
                throw;
            await admin.UpdateSharingProfileAsync(profile with { Identifier = identifier }, cancellationToken);
            return identifier;
        }
    }
}
