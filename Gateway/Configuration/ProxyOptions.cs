using System.Net;
using System.Text.RegularExpressions;

namespace GuacAspire.Gateway.Configuration;

/// <summary>Whose word about a client's address is taken, and in which header.</summary>
internal sealed record ProxyOptions(string Header, Regex? Internal, Regex? Trusted)
{
    // What Tomcat's valve trusts unless it is told otherwise.
    private static readonly IPNetwork[] Private =
    [
        .. new[] { "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
            "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10" }
            .Select(IPNetwork.Parse),
    ];

    /// <summary>Null unless configured.</summary>
    public static ProxyOptions? Read(IConfiguration configuration)
    {
        var isLegacy = configuration.Text("PROXY_ALLOWED_IPS_REGEX") is not null;
        if (!configuration.IsEnabled("REMOTE_IP_VALVE_") && !isLegacy)
            return null;
        return new ProxyOptions(
            configuration.Text("REMOTE_IP_VALVE_REMOTE_IP_HEADER") ?? configuration.Text("PROXY_IP_HEADER") ?? "X-Forwarded-For",
            Pattern(configuration, "REMOTE_IP_VALVE_INTERNAL_PROXIES") ?? Pattern(configuration, "PROXY_ALLOWED_IPS_REGEX"),
            Pattern(configuration, "REMOTE_IP_VALVE_TRUSTED_PROXIES"));
    }

    /// <summary>Whether who speaks from this address is a proxy of ours, whom a client cannot be.</summary>
    public bool IsInternal(IPAddress address) =>
        Internal?.IsMatch(address.ToString()) ?? Array.Exists(Private, network => network.Contains(address));

    public bool IsTrusted(IPAddress address) => IsInternal(address) || (Trusted?.IsMatch(address.ToString()) ?? false);

    private static Regex? Pattern(IConfiguration configuration, string name)
    {
        if (configuration.Text(name) is not { } pattern)
            return null;
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"{name} is no regular expression: {e.Message}", e);
        }
    }
}
