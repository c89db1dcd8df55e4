using Guacamole.Client.Serialization;

namespace Guacamole.Client;

public sealed partial class GuacamoleSession
{
    /// <summary>Lists the ways in which a connection can be shared, without their parameters.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Sharing profiles by identifier.</returns>
    public async Task<IReadOnlyDictionary<string, GuacamoleSharingProfile>> ListSharingProfilesAsync(
        string connection, CancellationToken cancellationToken = default) =>
        await GetAsync(
            $"{ConnectionPath(connection)}/sharingProfiles",
            GuacamoleJson.Default.DictionaryStringGuacamoleSharingProfile,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Creates a sharing profile; needs the permission to create some, and the one to update the connection.</summary>
    /// <param name="profile">The profile; its name must be free on its connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile with its new identifier.</returns>
    public Task<GuacamoleSharingProfile> CreateSharingProfileAsync(
        GuacamoleSharingProfile profile, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Post,
            $"{_data}/sharingProfiles",
            profile,
            GuacamoleJson.Default.GuacamoleSharingProfile,
            GuacamoleJson.Default.GuacamoleSharingProfile,
            cancellationToken);

    /// <summary>Replaces a sharing profile's name and its parameters.</summary>
    /// <param name="profile">The profile, with its identifier.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task UpdateSharingProfileAsync(GuacamoleSharingProfile profile, CancellationToken cancellationToken = default)
    {
        var identifier = profile.Identifier ?? throw new ArgumentException("The sharing profile has no identifier.", nameof(profile));
        return SendAsync(
            HttpMethod.Put,
            $"{_data}/sharingProfiles/{Uri.EscapeDataString(identifier)}",
            profile,
            GuacamoleJson.Default.GuacamoleSharingProfile,
            cancellationToken);
    }

    /// <summary>
    /// Gets a key by which anybody can join a connection in use until it ends, by a login with the field <c>key</c>. Each call gives a
    /// new one.
    /// </summary>
    /// <param name="activeConnection">The connection in use.</param>
    /// <param name="profile">The sharing profile that limits whoever joins.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The key, which is also the connection's identifier for who has joined.</returns>
    public async Task<string> GetSharingKeyAsync(string activeConnection, string profile, CancellationToken cancellationToken = default)
    {
        var path = $"{_data}/activeConnections/{Uri.EscapeDataString(activeConnection)}/sharingCredentials/{Uri.EscapeDataString(profile)}";
        var credentials = await GetAsync(path, GuacamoleJson.Default.GuacamoleSharingCredentials, cancellationToken).ConfigureAwait(false);
        return credentials.Values.GetValueOrDefault("key")
            ?? throw new GuacamoleException("Guacamole gave no key to share by.", GuacamoleErrorType.Unknown, null);
    }

    /// <summary>
    /// Takes a key back, and disconnects whoever has come by it, under whatever token. Not every server can: Apache's knows no such call.
    /// </summary>
    /// <param name="activeConnection">The connection in use that the key was got for.</param>
    /// <param name="key">The key. One that is worthless already is no fault.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False if the server cannot, or the connection is not in use any more, with which its keys have ended.</returns>
    public async Task<bool> TryRevokeSharingKeyAsync(string activeConnection, string key, CancellationToken cancellationToken = default)
    {
        try
        {
            await SendAsync(
                HttpMethod.Patch,
                $"{_data}/activeConnections/{Uri.EscapeDataString(activeConnection)}/sharingCredentials",
                [new GuacamolePatch("remove", "/" + key, null)],
                GuacamoleJson.Default.GuacamolePatchArray,
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GuacamoleException e) when (!e.IsPassing)
        {
            return false;
        }
    }
}
