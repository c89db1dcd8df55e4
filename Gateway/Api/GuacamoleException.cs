namespace GuacAspire.Gateway.Api;

/// <summary>A refusal that a client can understand: an HTTP status, Guacamole's error type, and for tunnels Guacamole's status.</summary>
internal sealed class GuacamoleException(
    int status, string type, string message, GuacamoleStatus? tunnelStatus = null, Exception? inner = null)
    : Exception(message, inner)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public GuacamoleStatus TunnelStatus { get; } = tunnelStatus ?? GuacamoleStatus.ServerError;

    /// <summary>The translation key; null for a message that has no translation.</summary>
    public string? Key { get; init; }

    public IReadOnlyDictionary<string, object>? Variables { get; init; }

    public IReadOnlyList<Field>? Expected { get; init; }

    public IReadOnlyList<PatchOutcome>? Patches { get; init; }

    public static GuacamoleException NotFound(string identifier) => Missing($"Not found: \"{identifier}\"");

    public static GuacamoleException Missing(string message) => new(404, "NOT_FOUND", message, GuacamoleStatus.ResourceNotFound);

    public static GuacamoleException Denied(string message = "Permission denied.") =>
        new(403, "PERMISSION_DENIED", message, GuacamoleStatus.ClientForbidden);

    /// <summary>No session; the stock server spells this one with a capital D.</summary>
    public static GuacamoleException NoSession() => new(403, "PERMISSION_DENIED", "Permission Denied.", GuacamoleStatus.ClientUnauthorized);

    public static GuacamoleException BadRequest(string message, string? key = null) =>
        new(400, "BAD_REQUEST", message, GuacamoleStatus.ClientBadRequest) { Key = key };

    public static GuacamoleException Unsupported(string message) => new(501, "INTERNAL_ERROR", message, GuacamoleStatus.Unsupported);

    public static GuacamoleException InvalidLogin() =>
        new(403, "INVALID_CREDENTIALS", "Invalid login", GuacamoleStatus.ClientUnauthorized) { Expected = Field.Login };

    public static GuacamoleException PasswordExpired() =>
        new(403, "INSUFFICIENT_CREDENTIALS", "Password has expired", GuacamoleStatus.ClientUnauthorized)
        {
            Key = "LOGIN.INFO_PASSWORD_EXPIRED",
            Expected = Field.NewPassword,
        };

    /// <summary>The other end of a stream has refused it.</summary>
    public static GuacamoleException Stream(GuacamoleStatus status, string message) =>
        new(status.HttpCode, "STREAM_ERROR", message, status);

    public static GuacamoleException Of(GuacamoleStatus status, string message, Exception? inner = null) =>
        new(status.HttpCode, status.HttpCode >= 500 ? "INTERNAL_ERROR" : "BAD_REQUEST", message, status, inner);
}
