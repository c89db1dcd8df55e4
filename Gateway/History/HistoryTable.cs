namespace GuacAspire.Gateway.History;

/// <summary>A table whose rows begin when something opens and are given an end when it is over.</summary>
internal sealed record HistoryTable(char Letter, string Name)
{
    public static readonly HistoryTable Connections = new('c', "guacamole_connection_history");
    public static readonly HistoryTable Users = new('u', "guacamole_user_history");
    public static readonly IReadOnlyList<HistoryTable> All = [Connections, Users];
}

/// <summary>A row that has no end yet. With its start it is this one and no other, also after a database was made anew.</summary>
internal readonly record struct OpenRow(HistoryTable Table, int Id, DateTime Start);
