using Guacamole.Client.Serialization;

namespace Guacamole.Client;

/// <summary>A permission to give or to take.</summary>
public sealed class GuacamolePermissionChange
{
    private readonly GuacamolePatch _patch;

    private GuacamolePermissionChange(GuacamolePatch patch) => _patch = patch;

    /// <summary>Gives a permission on a connection.</summary>
    /// <param name="identifier">The connection.</param>
    /// <param name="permission">The permission.</param>
    /// <returns>The change.</returns>
    public static GuacamolePermissionChange GrantConnection(string identifier, GuacamoleAccess permission) =>
        new(new("add", $"/connectionPermissions/{identifier}", Name(permission)));

    /// <summary>Takes a permission on a connection.</summary>
    /// <param name="identifier">The connection.</param>
    /// <param name="permission">The permission.</param>
    /// <returns>The change.</returns>
    public static GuacamolePermissionChange RevokeConnection(string identifier, GuacamoleAccess permission) =>
        new(new("remove", $"/connectionPermissions/{identifier}", Name(permission)));

    /// <summary>Gives a permission on the system as a whole.</summary>
    /// <param name="permission">For example <c>CREATE_USER</c>.</param>
    /// <returns>The change.</returns>
    public static GuacamolePermissionChange GrantSystem(string permission) => new(new("add", "/systemPermissions", permission));

    internal GuacamolePatch ToPatch() => _patch;

    private static string Name(GuacamoleAccess permission) => permission.ToString().ToUpperInvariant();
}
