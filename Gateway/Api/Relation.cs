using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Api;

/// <summary>
/// One side of group membership, with the statements that read and change it. <c>@id</c> is the object, <c>@entity</c> its entity.
/// </summary>
internal sealed record Relation(string Name, ObjectKind Other, string Select, string Insert, string Delete)
{
    /// <summary>The groups that the object is in.</summary>
    public static readonly Relation Parents = new(
        "userGroups",
        ObjectKind.UserGroup,
        """
        SELECT e.name FROM guacamole_user_group_member m
        JOIN guacamole_user_group o ON o.user_group_id = m.user_group_id
        JOIN guacamole_entity e ON e.entity_id = o.entity_id
        WHERE m.member_entity_id = @entity
        """,
        """
        INSERT IGNORE INTO guacamole_user_group_member (user_group_id, member_entity_id)
        SELECT o.user_group_id, @entity FROM guacamole_user_group o JOIN guacamole_entity e ON e.entity_id = o.entity_id
        WHERE e.name IN @names
        """,
        """
        DELETE m FROM guacamole_user_group_member m
        JOIN guacamole_user_group o ON o.user_group_id = m.user_group_id
        JOIN guacamole_entity e ON e.entity_id = o.entity_id
        WHERE m.member_entity_id = @entity AND e.name IN @names
        """);

    public static readonly Relation MemberUsers = Members("memberUsers", ObjectKind.User, "USER");

    public static readonly Relation MemberUserGroups = Members("memberUserGroups", ObjectKind.UserGroup, "USER_GROUP");

    private static Relation Members(string name, ObjectKind other, string type) => new(
        name,
        other,
        $"""
        SELECT e.name FROM guacamole_user_group_member m
        JOIN guacamole_entity e ON e.entity_id = m.member_entity_id
        JOIN {other.ObjectTable} o ON o.entity_id = e.entity_id
        WHERE m.user_group_id = @id
        """,
        $"""
        INSERT IGNORE INTO guacamole_user_group_member (user_group_id, member_entity_id)
        SELECT @id, e.entity_id FROM guacamole_entity e WHERE e.type = '{type}' AND e.name IN @names
        """,
        $"""
        DELETE m FROM guacamole_user_group_member m
        JOIN guacamole_entity e ON e.entity_id = m.member_entity_id
        WHERE m.user_group_id = @id AND e.type = '{type}' AND e.name IN @names
        """);
}
