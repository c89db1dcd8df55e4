using System.Security.Cryptography;
using System.Text;

namespace GuacAspire.ServiceDefaults;

/// <summary>Keeps words unreadable on the disk (AES-GCM), under a key that is not on it.</summary>
/// <param name="secret">What the key is derived from.</param>
/// <param name="purpose">What is sealed: two purposes have two keys.</param>
public sealed class Seal(string secret, string purpose)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), SHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Seals words.</summary>
    /// <param name="words">The words.</param>
    /// <returns>What may lie on the disk; other bytes each time.</returns>
    public byte[] Close(string words)
    {
        var plain = Encoding.UTF8.GetBytes(words);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <summary>Gives sealed words back.</summary>
    /// <param name="box">What <see cref="Close"/> has made.</param>
    /// <returns>The words; null for what was sealed under another key, or is no seal at all.</returns>
    public string? Open(byte[] box)
    {
        ArgumentNullException.ThrowIfNull(box);
        if (box.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
