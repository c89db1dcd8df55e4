namespace GuacAspire.Gateway.Data;

/// <summary>An entity and every enabled group that it is in, directly or through other groups.</summary>
internal static class EffectiveEntities
{
    /// <summary>Puts the common table <c>effective(entity_id)</c>, seeded with <c>@entity</c>, before a SELECT.</summary>
    public static string Sql(string select) =>
        $"""
        WITH RECURSIVE effective (entity_id) AS (
            SELECT CAST(@entity AS SIGNED)
            UNION
            SELECT g.entity_id
            FROM effective e
            JOIN guacamole_user_group_member m ON m.member_entity_id = e.entity_id
            JOIN guacamole_user_group g ON g.user_group_id = m.user_group_id AND g.disabled = 0
        )
        {select}
        """;
}
