namespace GuacAspire.Gateway.Data;

/// <summary>A connection as the database keeps it.</summary>
internal sealed class ConnectionRow
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public int? ParentId { get; init; }
    public string Protocol { get; init; } = "";
    public int? MaxConnections { get; init; }
    public int? MaxConnectionsPerUser { get; init; }
    public int? Weight { get; init; }
    public bool FailoverOnly { get; init; }
    public string? ProxyHostname { get; init; }
    public int? ProxyPort { get; init; }
    public string? ProxyEncryptionMethod { get; init; }
    public DateTime? LastActive { get; init; }

    public const string Columns =
        """
        c.connection_id Id, c.connection_name Name, c.parent_id ParentId, c.protocol Protocol, c.max_connections MaxConnections,
        c.max_connections_per_user MaxConnectionsPerUser, c.connection_weight Weight, c.failover_only FailoverOnly,
        c.proxy_hostname ProxyHostname, c.proxy_port ProxyPort, c.proxy_encryption_method ProxyEncryptionMethod,
        (SELECT MAX(h.start_date) FROM guacamole_connection_history h WHERE h.connection_id = c.connection_id) LastActive
        """;
}

/// <summary>A connection group as the database keeps it.</summary>
internal sealed class ConnectionGroupRow
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public int? ParentId { get; init; }
    public string Type { get; init; } = "";
    public int? MaxConnections { get; init; }
    public int? MaxConnectionsPerUser { get; init; }
    public bool EnableSessionAffinity { get; init; }

    public const string Columns =
        """
        g.connection_group_id Id, g.connection_group_name Name, g.parent_id ParentId, g.type Type, g.max_connections MaxConnections,
        g.max_connections_per_user MaxConnectionsPerUser, g.enable_session_affinity EnableSessionAffinity
        """;
}

/// <summary>A sharing profile as the database keeps it.</summary>
internal sealed class SharingProfileRow
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public int PrimaryConnectionId { get; init; }

    public const string Columns = "s.sharing_profile_id Id, s.sharing_profile_name Name, s.primary_connection_id PrimaryConnectionId";
}
