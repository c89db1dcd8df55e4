using System.Net;

namespace Guacamole.Client;

/// <summary>The kinds of error that Guacamole tells apart.</summary>
public enum GuacamoleErrorType
{
    /// <summary>None that Guacamole named.</summary>
    Unknown,

    /// <summary>The request makes no sense to Guacamole.</summary>
    BadRequest,

    /// <summary>A login that Guacamole does not accept.</summary>
    InvalidCredentials,

    /// <summary>A login that lacks a field, for example a new password in place of an expired one.</summary>
    InsufficientCredentials,

    /// <summary>Guacamole's own failure, or something it does not do.</summary>
    InternalError,

    /// <summary>No such object, or none that the user may see.</summary>
    NotFound,

    /// <summary>No token, an expired one, or one of a user who may not do this.</summary>
    PermissionDenied,

    /// <summary>A stream of a tunnel failed.</summary>
    StreamError,
}

/// <summary>Guacamole refused a call, or could not be asked. The message is Guacamole's own and holds no secret.</summary>
/// <param name="message">What Guacamole says.</param>
/// <param name="type">The kind of error.</param>
/// <param name="status">The HTTP status; null when there was no answer.</param>
/// <param name="innerException">What lies beneath.</param>
public class GuacamoleException(string message, GuacamoleErrorType type, HttpStatusCode? status, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of error.</summary>
    public GuacamoleErrorType Type { get; } = type;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>
    /// Whether it may be over in a moment: nobody answered, or a server that has lost its database, which Apache's says as an internal
    /// error. What was asked for may have been done all the same.
    /// </summary>
    public virtual bool IsPassing => Status switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => true,
        HttpStatusCode.InternalServerError => Type == GuacamoleErrorType.InternalError,
        _ => false,
    };

    /// <summary>The key of Guacamole's translations for the message, where it has one.</summary>
    public string? TranslationKey { get; init; }

    /// <summary>The names of the fields that a login lacks or has wrong.</summary>
    public IReadOnlyList<string> Expected { get; init; } = [];
}

/// <summary>Nothing that answers, or nothing that is Guacamole.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="innerException">What lies beneath.</param>
public sealed class GuacamoleUnreachableException(string message, Exception innerException)
    : GuacamoleException(message, GuacamoleErrorType.Unknown, null, innerException)
{
    /// <inheritdoc/>
    public override bool IsPassing => true;
}

/// <summary>No such object, or none that the user may see.</summary>
/// <param name="message">What Guacamole says.</param>
public sealed class GuacamoleNotFoundException(string message)
    : GuacamoleException(message, GuacamoleErrorType.NotFound, HttpStatusCode.NotFound);

/// <summary>No token, an expired one, or one of a user who may not do this.</summary>
/// <param name="message">What Guacamole says.</param>
public sealed class GuacamolePermissionDeniedException(string message)
    : GuacamoleException(message, GuacamoleErrorType.PermissionDenied, HttpStatusCode.Forbidden);

/// <summary>A login that Guacamole does not accept.</summary>
/// <param name="message">What Guacamole says.</param>
/// <param name="type">Whether the login is wrong or lacks something.</param>
public sealed class GuacamoleInvalidCredentialsException(string message, GuacamoleErrorType type)
    : GuacamoleException(message, type, HttpStatusCode.Forbidden);
