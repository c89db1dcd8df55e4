using System.Security.Cryptography;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>
/// Opens what <c>guacamole-auth-json</c> documents: Base64 over AES in CBC mode with a zero vector over the HMAC-SHA256 of the JSON and the
/// JSON itself, all with one key.
/// </summary>
internal static class JsonEnvelope
{
    private static readonly byte[] ZeroVector = new byte[16];

    /// <summary>The JSON and its signature; null, without a reason, for whatever was not made with the key.</summary>
    public static (byte[] Json, byte[] Signature)? Open(string base64, byte[] key)
    {
        if (Decode(base64) is not { } encrypted || Decrypt(encrypted, key) is not { } plain || plain.Length <= HMACSHA256.HashSizeInBytes)
            return null;
        var signature = plain[..HMACSHA256.HashSizeInBytes];
        var json = plain[HMACSHA256.HashSizeInBytes..];
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, json), signature) ? (json, signature) : null;
    }

    private static byte[]? Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[]? Decrypt(byte[] encrypted, byte[] key)
    {
        try
        {
            using var aes = Aes.Create();
            aes.Key = key;
            return aes.DecryptCbc(encrypted, ZeroVector, PaddingMode.PKCS7);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
