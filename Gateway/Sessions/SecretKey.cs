using System.Security.Cryptography;
using System.Text;

namespace GuacAspire.Gateway.Sessions;

/// <summary>
/// Under what a secret is looked up: a digest, so that the time a lookup takes tells nothing about the secrets that exist.
/// </summary>
internal static class SecretKey
{
    public static string Of(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
