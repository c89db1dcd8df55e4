using System.Text.Json.Serialization;

namespace GuacAspire.Gateway.Api;

/// <summary>The body of every error.</summary>
internal sealed record ApiError(
    string Message,
    TranslatableMessage TranslatableMessage,
    int? StatusCode,
    IReadOnlyList<Field>? Expected,
    IReadOnlyList<PatchOutcome>? Patches,
    string Type)
{
    public static ApiError From(GuacamoleException error) => new(
        error.Message,
        TranslatableMessage.From(error),
        error.Type == "STREAM_ERROR" ? error.TunnelStatus.Code : null,
        error.Expected,
        error.Patches,
        error.Type);
}

/// <summary>A message as a key into a translation and its variables.</summary>
internal sealed record TranslatableMessage(string Key, IReadOnlyDictionary<string, object>? Variables)
{
    public static TranslatableMessage From(GuacamoleException error) => error.Key is null
        ? new TranslatableMessage("APP.TEXT_UNTRANSLATED", new Dictionary<string, object> { ["MESSAGE"] = error.Message })
        : new TranslatableMessage(error.Key, error.Variables);
}

/// <summary>A form field that a login asks for.</summary>
internal sealed record Field(string Name, string Type)
{
    public static readonly IReadOnlyList<Field> Login = [new("username", "USERNAME"), new("password", "PASSWORD")];

    public static readonly IReadOnlyList<Field> NewPassword =
        [.. Login, new("new-password", "PASSWORD"), new("confirm-new-password", "PASSWORD")];
}

/// <summary>What became of one item of a directory PATCH.</summary>
internal sealed record PatchOutcome(string Op, string? Identifier, string Path)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TranslatableMessage? Error { get; init; }
}
