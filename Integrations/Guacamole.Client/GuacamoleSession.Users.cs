using Guacamole.Client.Serialization;

namespace Guacamole.Client;

public sealed partial class GuacamoleSession
{
    /// <summary>Lists users.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Users by name.</returns>
    public async Task<IReadOnlyDictionary<string, GuacamoleUser>> ListUsersAsync(CancellationToken cancellationToken = default) =>
        await GetAsync($"{_data}/users", GuacamoleJson.Default.DictionaryStringGuacamoleUser, cancellationToken).ConfigureAwait(false);

    /// <summary>Gets a user.</summary>
    /// <param name="username">The user's name, in any case.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The user, without a password.</returns>
    public Task<GuacamoleUser> GetUserAsync(string username, CancellationToken cancellationToken = default) =>
        GetAsync(UserPath(username), GuacamoleJson.Default.GuacamoleUser, cancellationToken);

    /// <summary>Creates a user.</summary>
    /// <param name="user">The user; without a password nobody can sign in as it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task CreateUserAsync(GuacamoleUser user, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"{_data}/users", user, GuacamoleJson.Default.GuacamoleUser, cancellationToken);

    /// <summary>Changes a user: its password if one is given, and the attributes that are given.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task UpdateUserAsync(GuacamoleUser user, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, UserPath(user.Username), user, GuacamoleJson.Default.GuacamoleUser, cancellationToken);

    /// <summary>Deletes a user.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task DeleteUserAsync(string username, CancellationToken cancellationToken = default) =>
        DeleteAsync(UserPath(username), cancellationToken);

    /// <summary>Changes the password of a user who knows the old one; the only way for a user to change its own.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="oldPassword">The password until now.</param>
    /// <param name="newPassword">The password from now on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task ChangePasswordAsync(
        string username, string oldPassword, string newPassword, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Put,
            $"{UserPath(username)}/password",
            new(oldPassword, newPassword),
            GuacamoleJson.Default.GuacamolePasswordChange,
            cancellationToken);

    /// <summary>Gets the permissions that were given to a user itself, not those of its groups.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The permissions.</returns>
    public Task<GuacamolePermissions> GetPermissionsAsync(string username, CancellationToken cancellationToken = default) =>
        GetAsync($"{UserPath(username)}/permissions", GuacamoleJson.Default.GuacamolePermissions, cancellationToken);

    /// <summary>
    /// Gives and takes permissions, all or none. Giving what is held already and taking what is not are no errors; neither,
    /// sadly, is a user or an object that does not exist.
    /// </summary>
    /// <param name="username">The user's name.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task ChangePermissionsAsync(
        string username, IEnumerable<GuacamolePermissionChange> changes, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Patch,
            $"{UserPath(username)}/permissions",
            [.. changes.Select(change => change.ToPatch())],
            GuacamoleJson.Default.GuacamolePatchArray,
            cancellationToken);

    private string UserPath(string username) => $"{_data}/users/{Uri.EscapeDataString(username)}";
}
