using System.Net;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Authentication;

/// <summary>What a client presents to sign in.</summary>
internal sealed record Credentials(string? Username, string? Password)
{
    public string? NewPassword { get; init; }

    public string? ConfirmNewPassword { get; init; }

    /// <summary>Encrypted JSON, in Base64.</summary>
    public string? Data { get; init; }

    public IPAddress? Address { get; init; }

    /// <summary>The address as histories show it.</summary>
    public string? RemoteHost => Address?.ToString();

    /// <summary>Whether nothing at all was presented, which is no attempt at anything.</summary>
    public bool IsEmpty { get; init; }
}

/// <summary>One way to sign in.</summary>
internal interface ISignIn
{
    /// <summary>The data source that users who come this way have as their own.</summary>
    string DataSource { get; }

    /// <summary>A session that is not listed yet; null for credentials that are wrong or of another kind, without saying which.</summary>
    Task<Session?> TryAsync(Credentials credentials, CancellationToken cancel);
}
