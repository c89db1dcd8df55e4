using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using GuacAspire.Provisioner.Api;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>What opens links, and what keeps visitors' tokens unreadable on the disk.</summary>
internal sealed class ShareSecrets(IOptions<ProvisionerOptions> options)
{
    private const int SecretBytes = 32;

    private readonly Seal _seal = new(options.Value.Key, "share viewers");

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public string Seal(string token) => Convert.ToBase64String(_seal.Close(token));

    /// <summary>Null for what was sealed under another key.</summary>
    public string? Open(string seal)
    {
        try
        {
            return _seal.Open(Convert.FromBase64String(seal));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
