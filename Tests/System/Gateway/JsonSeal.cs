using System.Security.Cryptography;
using System.Text.Json;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>Seals JSON as the other system does.</summary>
internal static class JsonSeal
{
    public static string Seal(object user, string key = OwnGateway.JsonKey)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(user);
        using var aes = Aes.Create();
        aes.Key = Convert.FromHexString(key);
        return Convert.ToBase64String(aes.EncryptCbc((byte[])[.. HMACSHA256.HashData(aes.Key, json), .. json], new byte[16]));
    }

    public static long In(TimeSpan time) => DateTimeOffset.UtcNow.Add(time).ToUnixTimeMilliseconds();
}
