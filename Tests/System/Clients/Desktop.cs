using System.Net.ServerSentEvents;
using System.Text.Json;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>A desktop as the public API describes it.</summary>
internal sealed record Desktop(
    string Id, string Mesh, string State, string? Step, int Percent, string? Message,
    DateTimeOffset CreatedAt, DateTimeOffset? ReadyAt, DateTimeOffset? SavedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? IdleSince,
    string? Warning = null, string? SaveFault = null, DateTimeOffset? RecordingSince = null, string? Notice = null)
{
    public bool IsOver => State is "stopped" or "failed";

    public static Desktop Parse(SseItem<string> item) => JsonSerializer.Deserialize<Desktop>(item.Data, JsonSerializerOptions.Web)!;
}

/// <summary>Saved work.</summary>
internal sealed record Save(
    string Id, string Mesh, string Desktop, DateTimeOffset SavedAt, long Bytes, bool Checkpoint, string? Thumbnail = null);

/// <summary>What was recorded of a desktop.</summary>
internal sealed record Recording(
    string Id, string Mesh, string Name, string Desktop, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long Bytes, bool Running);

/// <summary>What opens a tunnel.</summary>
internal sealed record Ticket(string Tunnel, string Token, string DataSource, string Connection, string Type, DateTimeOffset ExpiresAt);

/// <summary>An entry of the catalogue.</summary>
internal sealed record Mesh(string Id, string Name, string Format, long Bytes, long? Triangles, string? Owner, string? Thumbnail);

/// <summary>A refusal, in the form of RFC 9457.</summary>
internal sealed record Problem(string? Title, string? Detail, int? Status, string? Limit, int? Available, int? RetryAfterSeconds);
