namespace GuacAspire.Gateway.Configuration;

/// <summary>After so many failed sign-ins an address is turned away for a while.</summary>
internal sealed record BanOptions(int MaxAttempts, TimeSpan Duration, int MaxAddresses)
{
    /// <summary>Null unless configured; a zero switches it off, as in the stock server.</summary>
    public static BanOptions? Read(IConfiguration configuration)
    {
        if (!configuration.IsEnabled("BAN_"))
            return null;
        var ban = new BanOptions(
            configuration.Number("BAN_MAX_INVALID_ATTEMPTS", 5),
            TimeSpan.FromSeconds(configuration.Number("BAN_ADDRESS_DURATION", 300)),
            configuration.Number("BAN_MAX_ADDRESSES", 10_485_760));
        return ban is { MaxAttempts: > 0, MaxAddresses: > 0 } && ban.Duration > TimeSpan.Zero ? ban : null;
    }
}
