using System.Security.Cryptography;
using System.Text;

namespace GuacAspire.Gateway.Sessions;

/// <summary>Guacamole's password hash: SHA-256 over the password and the salt's upper-case hexadecimal spelling.</summary>
internal static class PasswordHash
{
    public const int SaltLength = 32;

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltLength);

    public static byte[] Compute(string password, byte[]? salt) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(salt is null ? password : password + Convert.ToHexString(salt)));

    public static bool Verify(string password, byte[]? salt, byte[] expected) =>
        CryptographicOperations.FixedTimeEquals(Compute(password, salt), expected);

    /// <summary>What a null password stores: a hash that no password has.</summary>
    public static byte[] Unusable() => RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
}
