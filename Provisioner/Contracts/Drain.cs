using System.Text.Json.Serialization;

namespace GuacAspire.Contracts;

/// <summary>Whether desktops are launched here, or all of them are on their way out. Serialized in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DrainState>))]
public enum DrainState
{
    /// <summary>Launches are admitted.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>No launch is admitted; what is left is warned, then saved and removed.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>No launch is admitted, and nothing is left.</summary>
    [JsonStringEnumMemberName("drained")]
    Drained,
}

/// <summary>How far a drain has come: <c>GET /drain</c>.</summary>
/// <param name="State">Whether one goes on.</param>
/// <param name="Since">When it was asked for; null when none goes on.</param>
/// <param name="Until">When what is left is saved and removed at the latest; null when none goes on.</param>
/// <param name="Left">How many desktops of people there are.</param>
/// <param name="Pool">
/// How many desktops there are that belong to nobody: those that stand ready, or in which a picture is being taken.
/// </param>
/// <param name="Message">All of that in a sentence, and what keeps a desktop beyond its time.</param>
public sealed record Drain(DrainState State, DateTimeOffset? Since, DateTimeOffset? Until, int Left, int Pool, string Message);
