namespace GuacAspire.Gateway.Data;

/// <summary>What one may do with an object, in the order in which permissions are listed.</summary>
internal enum ObjectPermission
{
    READ,
    UPDATE,
    DELETE,
    ADMINISTER,
}

/// <summary>What one may do with the system, in the order in which permissions are listed.</summary>
internal enum SystemPermission
{
    CREATE_USER,
    CREATE_USER_GROUP,
    CREATE_CONNECTION,
    CREATE_CONNECTION_GROUP,
    CREATE_SHARING_PROFILE,
    AUDIT,
    ADMINISTER,
}

/// <summary>A kind of object that permissions are granted on, and where the database keeps those permissions.</summary>
internal sealed record ObjectKind(string ApiName, string PermissionTable, string PermissionColumn, bool Named, SystemPermission Create)
{
    public static readonly ObjectKind Connection =
        new("connectionPermissions", "guacamole_connection_permission", "connection_id", false, SystemPermission.CREATE_CONNECTION);

    public static readonly ObjectKind ConnectionGroup =
        new(
            "connectionGroupPermissions", "guacamole_connection_group_permission", "connection_group_id", false,
            SystemPermission.CREATE_CONNECTION_GROUP);

    public static readonly ObjectKind SharingProfile =
        new(
            "sharingProfilePermissions", "guacamole_sharing_profile_permission", "sharing_profile_id", false,
            SystemPermission.CREATE_SHARING_PROFILE);

    public static readonly ObjectKind User =
        new("userPermissions", "guacamole_user_permission", "affected_user_id", true, SystemPermission.CREATE_USER);

    public static readonly ObjectKind UserGroup =
        new("userGroupPermissions", "guacamole_user_group_permission", "affected_user_group_id", true, SystemPermission.CREATE_USER_GROUP);

    public static readonly IReadOnlyList<ObjectKind> All = [Connection, ConnectionGroup, SharingProfile, User, UserGroup];

    /// <summary>The table of the objects themselves.</summary>
    public string ObjectTable { get; } = PermissionTable[..^"_permission".Length];

    /// <summary>The key of that table.</summary>
    public string ObjectColumn { get; } = PermissionColumn.Replace("affected_", "", StringComparison.Ordinal);

    /// <summary>The condition that restricts <paramref name="column"/> to what <c>@entities</c> may read.</summary>
    public string Readable(string column) =>
        $"{column} IN (SELECT {PermissionColumn} FROM {PermissionTable} WHERE entity_id IN @entities AND permission = 'READ')";

    /// <summary>The same for any of the permissions in <c>@permissions</c>.</summary>
    public string Accessible(string column) =>
        $"{column} IN (SELECT {PermissionColumn} FROM {PermissionTable} WHERE entity_id IN @entities AND permission IN @permissions)";
}
