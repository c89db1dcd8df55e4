using MySqlConnector;

namespace GuacAspire.Gateway.Api;

/// <summary>Statements that the database refuses because of what the client sent.</summary>
internal static class DatabaseErrors
{
    // MySQL's and MariaDB's answers to a comparison of a column with characters that it cannot hold.
    private const MySqlErrorCode CannotConvert = (MySqlErrorCode)3854;
    private const MySqlErrorCode IllegalMix = (MySqlErrorCode)1267;

    public static GuacamoleException? Refusal(MySqlException error) => error.ErrorCode switch
    {
        MySqlErrorCode.DataTooLong => GuacamoleException.BadRequest("A value is longer than the database can store."),
        MySqlErrorCode.TruncatedWrongValueForField or MySqlErrorCode.WrongValue or CannotConvert or IllegalMix =>
            GuacamoleException.BadRequest("A value holds characters that the database cannot store."),
        MySqlErrorCode.WarningDataOutOfRange => GuacamoleException.BadRequest("A number is out of range."),
        MySqlErrorCode.NoReferencedRow or MySqlErrorCode.NoReferencedRow2 =>
            GuacamoleException.BadRequest("An object refers to another that does not exist."),
        MySqlErrorCode.DuplicateKeyEntry => GuacamoleException.BadRequest("An object of this name already exists."),
        MySqlErrorCode.LockDeadlock or MySqlErrorCode.LockWaitTimeout =>
            new GuacamoleException(503, "INTERNAL_ERROR", "Another change was under way. Try again.", GuacamoleStatus.ServerBusy),
        _ => null,
    };
}
