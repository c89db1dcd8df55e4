using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>
/// Gives out ids, and tells its own from others'. Guacamole has no labels, so what is named there after a desktop has to say by its name
/// alone whose it is: the last six characters are a keyed checksum of the first fourteen (70 random bits) under the instance's name.
/// Two systems that share one Guacamole thus never touch each other's connections and users.
/// </summary>
internal sealed class DesktopIds(IOptions<DesktopsOptions> options)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int RandomLength = 14;
    private const int MarkLength = 6;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    private readonly byte[] _instance = Encoding.UTF8.GetBytes(options.Value.Instance);

    public string Create()
    {
        var random = RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return random + Mark(random);
    }

    public bool IsOwn(string id) =>
        id.Length == RandomLength + MarkLength
        && !id.AsSpan().ContainsAnyExcept(Letters)
        && id[RandomLength..] == Mark(id[..RandomLength]);

    private string Mark(string random)
    {
        var hash = HMACSHA256.HashData(_instance, Encoding.ASCII.GetBytes(random));
        return string.Create(MarkLength, hash, static (mark, bytes) =>
        {
            for (var i = 0; i < mark.Length; i++)
                mark[i] = Alphabet[bytes[i] % Alphabet.Length];
        });
    }
}
