using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>Lets users in whom another system describes in JSON, signed and encrypted with a key that it shares with the Gateway.</summary>
internal sealed partial class JsonSignIn(
    GatewayOptions options, AccountReader accounts, AccountCreator creator, UsedSignatures used, TimeProvider time,
    ILogger<JsonSignIn> logger) : ISignIn
{
    private readonly JsonOptions _json = options.Json!;
    private int _strangers;

    public string DataSource => Session.Json;

    public async Task<Session?> TryAsync(Credentials credentials, CancellationToken cancel)
    {
        if (credentials.Data is not { } data)
            return null;
        if (!_json.Trusts(credentials.Address))
            return Refuse(credentials, "its network is not trusted");
        if (JsonEnvelope.Open(data, _json.SecretKey) is not var (json, signature))
            return Refuse(credentials, "it was not made with the secret key");
        if (JsonUser.Parse(json) is not { } user)
            return Refuse(credentials, "its JSON is not as documented");
        if (user.HasExpired(time.GetUtcNow()))
            return Refuse(credentials, "it has expired");
        if (user.SingleUse && !used.TryAdd(signature, user.Expires))
            return Refuse(credentials, "it is for a single use, and was used before or never expires");

        var name = user.Username ?? "";
        await using var connection = await accounts.OpenAsync(cancel);
        var account = await AccountReader.FindAsync(connection, name);
        if (account is null or { Disabled: true })
        {
            if (options.Accounts.Required)
                return Refuse(credentials, "its user has no account");
            account = account is null && options.Accounts.AutoCreate && name.Length > 0
                ? await creator.CreateAsync(connection, name)
                : Stranger(name);
        }
        else if (options.Accounts.Required)
        {
            accounts.RequireUsable(account);
        }
        return new Session(SessionStore.NewToken(), account, null, credentials.RemoteHost, time)
        {
            DataSource = Session.Json,
            DataSources = Sources(),
            Brought = user,
            HistoryId = await accounts.RecordAsync(connection, account, credentials.RemoteHost, cancel),
        };
    }

    /// <summary>A user whom the database does not know, and who owns nothing in it; no two are the same.</summary>
    private Account Stranger(string name)
    {
        var id = Interlocked.Decrement(ref _strangers);
        return new Account { UserId = id, EntityId = id, Name = name };
    }

    private string[] Sources() =>
        options.Priority.Contains(Session.Json) && !options.Priority.TakeWhile(name => name != Session.Json).Contains(Session.Database)
        ? [Session.Json, Session.Database, Session.Shared]
        : [Session.Database, Session.Shared, Session.Json];

    // The client learns nothing; whoever runs both systems has to find out what is wrong.
    private Session? Refuse(Credentials credentials, string reason)
    {
        LogRefused(credentials.RemoteHost, reason);
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "Signed JSON from {Address} is refused: {Reason}")]
    private partial void LogRefused(string? address, string reason);
}
