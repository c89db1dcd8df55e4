using System.Text.Json.Serialization;
using GuacAspire.Gateway.Api;

namespace GuacAspire.Gateway.Recordings;

/// <summary>A file that belongs to a row of the history, as clients are told of it.</summary>
internal sealed record ActivityLog(string Type, [property: JsonIgnore] string Path)
{
    public const string SessionRecording = "GUACAMOLE_SESSION_RECORDING";
    public const string ServerLog = "SERVER_LOG";
    public const string Typescript = "TYPESCRIPT";
    public const string TypescriptTiming = "TYPESCRIPT_TIMING";

    public TranslatableMessage Description => new($"RECORDING_STORAGE.INFO_{Type}", null);

    [JsonIgnore]
    public string ContentType => Type is SessionRecording or Typescript ? "application/octet-stream" : "text/plain";
}
