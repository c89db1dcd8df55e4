using GuacAspire.Gateway.Api;

namespace GuacAspire.Gateway.Sessions;

/// <summary>A user's row, with what decides whether its owner may sign in.</summary>
internal sealed class Account
{
    public int UserId { get; init; }
    public int EntityId { get; init; }
    public string Name { get; init; } = "";
    public byte[] PasswordHash { get; init; } = [];
    public byte[]? PasswordSalt { get; init; }
    public bool Disabled { get; init; }
    public bool Expired { get; init; }
    public TimeSpan? AccessWindowStart { get; init; }
    public TimeSpan? AccessWindowEnd { get; init; }
    public DateTime? ValidFrom { get; init; }
    public DateTime? ValidUntil { get; init; }
    public string? Timezone { get; init; }
    public string? FullName { get; init; }
    public string? EmailAddress { get; init; }
    public string? Organization { get; init; }
    public string? OrganizationalRole { get; init; }
    public DateTime? LastActive { get; init; }
    public DateTime PasswordDate { get; init; }

    /// <summary>Whether the database has the user. Ids of others are negative, each its own, and mean nothing to the database.</summary>
    public bool IsStored => UserId > 0;

    /// <summary>Whether the caller may administer the user; known only where a query asks for it.</summary>
    public bool Administered { get; init; }

    public const string Columns =
        """
        u.user_id UserId, u.entity_id EntityId, e.name Name, u.password_hash PasswordHash, u.password_salt PasswordSalt,
        u.disabled Disabled, u.expired Expired, u.access_window_start AccessWindowStart, u.access_window_end AccessWindowEnd,
        u.valid_from ValidFrom, u.valid_until ValidUntil, u.timezone Timezone, u.full_name FullName, u.email_address EmailAddress,
        u.organization Organization, u.organizational_role OrganizationalRole, u.password_date PasswordDate,
        (SELECT MAX(h.start_date) FROM guacamole_user_history h WHERE h.user_id = u.user_id) LastActive
        """;

    public const string Tables = "guacamole_user u JOIN guacamole_entity e ON e.entity_id = u.entity_id AND e.type = 'USER'";

    /// <summary>The user as the user himself sees it: without the restrictions.</summary>
    public ApiUser ToSelf() => UserAttributes.ToApi(this, restricted: false);
}
