using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using GuacAspire.Provisioner.Api;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>What opens links, and what keeps visitors' tokens unreadable on the disk.</summary>
internal sealed class ShareSecrets(IOptions<ProvisionerOptions> options)
{
    private const int SecretBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.Key), SHA256.HashSizeInBytes, info: "share viewers"u8.ToArray());

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public string Seal(string token)
    {
        var plain = Encoding.UTF8.GetBytes(token);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        var (nonce, tag, cipher) = Parts(box);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span);
        return Convert.ToBase64String(box);
    }

    /// <summary>Null for what was sealed under another key.</summary>
    public string? Open(string seal)
    {
        try
        {
            var (nonce, tag, cipher) = Parts(Convert.FromBase64String(seal));
            var plain = new byte[cipher.Length];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(byte[] box) =>
        (box.AsMemory(0, NonceBytes), box.AsMemory(NonceBytes, TagBytes), box.AsMemory(NonceBytes + TagBytes));
}
