using GuacAspire.Gateway.Api;

namespace GuacAspire.Gateway.Authentication;

/// <summary>Watches failed sign-ins, and turns away those who fail too often.</summary>
internal interface IFailureGuard
{
    /// <summary>Throws for an address that is banned.</summary>
    void Admit(string? address);

    /// <summary>Notes a failure; throws if it was one too many.</summary>
    void Failed(string? address);
}

/// <summary>Nobody is turned away unless that is configured.</summary>
internal sealed class NoGuard : IFailureGuard
{
    public void Admit(string? address)
    {
        // Everybody is welcome.
    }

    public void Failed(string? address)
    {
        // Nothing follows from it.
    }
}

internal static class Banned
{
    public const string Key = "LOGIN.ERROR_TOO_MANY_ATTEMPTS";

    public static GuacamoleException Error() =>
        new(429, "BAD_REQUEST", "Too many failed authentication attempts.", GuacamoleStatus.ClientTooMany) { Key = Key };
}
