namespace Guacamole.Client.Serialization;

internal sealed record GuacamolePatch(string Op, string Path, string? Value);

internal sealed record GuacamolePasswordChange(string OldPassword, string NewPassword);

internal sealed record GuacamoleErrorBody(
    string? Message, GuacamoleTranslatableMessage? TranslatableMessage, string? Type, IReadOnlyList<GuacamoleField>? Expected);

internal sealed record GuacamoleTranslatableMessage(string? Key);

internal sealed record GuacamoleField(string? Name);

internal sealed record GuacamoleSharingCredentials(IReadOnlyDictionary<string, string> Values);
