using System.Net;

namespace GuacAspire.Gateway.Configuration;

/// <summary>Who may sign users in by signed and encrypted JSON: those who know the key, from these networks if any are named.</summary>
internal sealed record JsonOptions(byte[] SecretKey, IReadOnlyList<IPNetwork> TrustedNetworks)
{
    /// <summary>Null unless configured.</summary>
    public static JsonOptions? Read(IConfiguration configuration)
    {
        if (!configuration.IsEnabled("JSON_"))
            return null;
        var text = configuration.Text("JSON_SECRET_KEY")
            ?? throw new InvalidOperationException("JSON_SECRET_KEY is missing; without it nobody can sign in by JSON.");
        return new JsonOptions(Key(text), [.. configuration.List("JSON_TRUSTED_NETWORKS").Select(Network)]);
    }

    public bool Trusts(IPAddress? address) =>
        TrustedNetworks.Count == 0 || (address is not null && TrustedNetworks.Any(network => network.Contains(address)));

    private static byte[] Key(string text)
    {
        try
        {
            if (Convert.FromHexString(text.Trim()) is { Length: 16 or 24 or 32 } key)
                return key;
        }
        catch (FormatException)
        {
            // Said below, without the key.
        }
        throw new InvalidOperationException("JSON_SECRET_KEY must be 32 hexadecimal digits, as md5sum prints them.");
    }

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException(
                $"JSON_TRUSTED_NETWORKS holds \"{text}\", which is neither an address nor a network like 10.0.0.0/8.");
    }
}
