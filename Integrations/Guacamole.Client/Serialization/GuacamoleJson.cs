using System.Text.Json.Serialization;

namespace Guacamole.Client.Serialization;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochMillisecondsConverter)])]
[JsonSerializable(typeof(GuacamoleLogin))]
[JsonSerializable(typeof(GuacamoleErrorBody))]
[JsonSerializable(typeof(GuacamolePasswordChange))]
[JsonSerializable(typeof(GuacamolePermissions))]
[JsonSerializable(typeof(GuacamolePatch[]))]
[JsonSerializable(typeof(Dictionary<string, GuacamoleConnection>))]
[JsonSerializable(typeof(Dictionary<string, GuacamoleActiveConnection>))]
[JsonSerializable(typeof(Dictionary<string, GuacamoleUser>))]
[JsonSerializable(typeof(Dictionary<string, GuacamoleSharingProfile>))]
[JsonSerializable(typeof(GuacamoleSharingCredentials))]
[JsonSerializable(typeof(GuacamoleHistoryRecord[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class GuacamoleJson : JsonSerializerContext;
