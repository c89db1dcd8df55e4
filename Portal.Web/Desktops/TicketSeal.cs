using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Keeps tickets' tokens unreadable on the disk, under a key that is not on it.</summary>
internal sealed class TicketSeal(IOptions<ProvisionerOptions> options)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.Key ?? ""), SHA256.HashSizeInBytes,
        info: "portal tickets"u8.ToArray());

    public byte[] Close(string token)
    {
        var plain = Encoding.UTF8.GetBytes(token);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <summary>Null for what was sealed under another key.</summary>
    public string? Open(byte[] box)
    {
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
