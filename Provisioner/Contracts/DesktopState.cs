using System.Text.Json.Serialization;

namespace GuacAspire.Contracts;

/// <summary>Where a desktop is in its life. Serialized in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DesktopState>))]
public enum DesktopState
{
    /// <summary>Admitted; nothing is running yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Its container is being created and started.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Blender runs and is opening the mesh.</summary>
    [JsonStringEnumMemberName("opening")]
    Opening,

    /// <summary>The mesh has been drawn; the connection is being registered with Guacamole.</summary>
    [JsonStringEnumMemberName("connecting")]
    Connecting,

    /// <summary>A ticket can be had and the desktop be used.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Its work is being saved before it stops.</summary>
    [JsonStringEnumMemberName("saving")]
    Saving,

    /// <summary>Gone, on purpose.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Gone or never there, because something went wrong; the message says what.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
