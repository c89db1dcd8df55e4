using System.Net;
using Guacamole.Client;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Security;

namespace GuacAspire.Portal.Web.Guacamole;

/// <summary>Accounts are Guacamole's own: a name and a password are right when Guacamole lets them in.</summary>
internal sealed class AccountSignIn(GuacamoleClient guacamole, FailedLogins failures)
{
    /// <summary>
    /// The name of the account as Guacamole spells it. Guacamole, which may ban addresses as well, is told the visitor's: in the portal's
    /// own name one visitor's guesses would shut out all.
    /// </summary>
    public async Task<string> VerifyAsync(string username, string password, HttpContext visitor, CancellationToken cancellationToken)
    {
        var address = ClientAddress.Of(visitor);
        if (!failures.TryBegin(address, out var attempt, out var wait))
            throw TooOften(wait);

        var wrong = false;
        try
        {
            var login = await guacamole.LoginAsync(username, password, ClientAddress.Exactly(visitor), cancellationToken);
            await guacamole.LogoutAsync(login.AuthToken, cancellationToken);
            return login.Username;
        }
        catch (GuacamoleException exception)
        {
            wrong = exception.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
            throw Refusal(exception);
        }
        finally
        {
            if (!wrong)
                failures.Forgive(address, attempt);
        }
    }

    private static ApiException Refusal(GuacamoleException exception) => exception switch
    {
        { Type: GuacamoleErrorType.InsufficientCredentials } => new(
            StatusCodes.Status401Unauthorized,
            "Guacamole asks for more than a password",
            "A new password, perhaps, or a code. Sign in to Guacamole itself once, and then here."),
        { Status: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => new(
            StatusCodes.Status401Unauthorized,
            "The name or the password is wrong",
            "Check both and try again. Accounts are those of Guacamole; whoever runs it can set a new password."),
        { Status: HttpStatusCode.BadRequest } => new(
            StatusCodes.Status403Forbidden,
            "This account may not sign in now",
            "It is outside the days or the hours that Guacamole allows it. Try again then, or ask whoever runs Guacamole."),
        { Status: HttpStatusCode.TooManyRequests } => TooOften(TimeSpan.FromMinutes(5)),
        _ => new(
            StatusCodes.Status503ServiceUnavailable,
            "Guacamole does not answer",
            "Without it no password can be checked. It may be starting; try again in a few seconds.",
            exception)
        {
            RetryAfterSeconds = 5,
        },
    };

    private static ApiException TooOften(TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return new ApiException(
            StatusCodes.Status429TooManyRequests,
            "Too many wrong passwords",
            $"Your address has failed to sign in too often. Try again in {seconds} seconds.")
        {
            RetryAfterSeconds = seconds,
            Extensions = new Dictionary<string, object?> { ["limit"] = "failedLogins", ["available"] = 0 },
        };
    }
}
