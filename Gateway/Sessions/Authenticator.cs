using System.Net;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Telemetry;
using MySqlConnector;

namespace GuacAspire.Gateway.Sessions;

/// <summary>Signs users in, by whichever of the configured ways takes their credentials.</summary>
internal sealed class Authenticator(
    GatewayOptions options, IEnumerable<ISignIn> ways, IFailureGuard guard, AccountReader accounts, PasswordPolicy policy,
    SessionStore sessions, GatewayMetrics metrics, TimeProvider time)
{
    private readonly ISignIn[] _ways =
    [
        .. ways.OrderBy(way => options.Priority.ToList().IndexOf(way.DataSource) is var at and >= 0 ? at : int.MaxValue),
    ];

    public Task<Session> SignInAsync(Credentials credentials, CancellationToken cancel) => GuardAsync(credentials, async () =>
    {
        var session = await FirstAsync(credentials, cancel) ?? throw GuacamoleException.InvalidLogin();
        // Others may have failed from this address meanwhile: trying many passwords at once must help nobody.
        if (!credentials.IsEmpty)
            guard.Admit(Counted(credentials));
        sessions.Add(session);
        return session;
    });

    /// <summary>A session of nobody, for whoever holds the key of a share.</summary>
    public Session SignInAnonymously(Credentials credentials)
    {
        guard.Admit(Counted(credentials));
        var session = new Session(SessionStore.NewToken(), new Account(), null, credentials.RemoteHost, time)
        {
            DataSource = Session.Shared,
            DataSources = [Session.Shared],
        };
        sessions.Add(session);
        metrics.Login("success");
        return session;
    }

    /// <summary>Makes sure that a live session's user may still use the system.</summary>
    public Task RevalidateAsync(Session session, Credentials credentials, CancellationToken cancel) => GuardAsync(credentials, async () =>
    {
        if (session.DataSource != Session.Database)
            return session;
        await using var connection = await accounts.OpenAsync(cancel);
        var account = await AccountReader.FindAsync(connection, session.Username);
        if (account is null || account.Disabled || account.UserId != session.UserId)
            throw GuacamoleException.InvalidLogin();
        accounts.RequireUsable(account);
        // A new password is given at a sign-in, not to a session.
        if (account.Expired || policy.IsTooOld(account))
            throw GuacamoleException.PasswordExpired();
        session.Refresh(account);
        session.HistoryId = await accounts.RecordAsync(connection, account, session.RemoteHost, cancel);
        return session;
    });

    private async Task<Session?> FirstAsync(Credentials credentials, CancellationToken cancel)
    {
        foreach (var way in _ways)
        {
            if (await way.TryAsync(credentials, cancel) is { } session)
                return session;
        }
        return null;
    }

    /// <summary>Turns away who is banned, and counts how the attempt ends.</summary>
    private async Task<Session> GuardAsync(Credentials credentials, Func<Task<Session>> attempt)
    {
        try
        {
            if (!credentials.IsEmpty)
                guard.Admit(Counted(credentials));
            var session = await attempt();
            metrics.Login("success");
            return session;
        }
        catch (GuacamoleException e)
        {
            metrics.Login(Outcome(e));
            // To be asked for a new password is no failure yet.
            if (!credentials.IsEmpty && e is { Key: not Banned.Key, Type: not "INSUFFICIENT_CREDENTIALS" })
                guard.Failed(Counted(credentials));
            throw;
        }
        catch (MySqlException)
        {
            metrics.Login("unavailable");
            throw;
        }
    }

    /// <summary>
    /// Whom failures count against; nobody, where a proxy on this machine is believed and it is this machine that speaks. A ban would hold
    /// nobody there, who could name another address each time, and would shut out the services, which sign in for everybody.
    /// </summary>
    private string? Counted(Credentials credentials) =>
        credentials.Address is { } address && IPAddress.IsLoopback(address) && options.Proxies?.IsInternal(address) == true
            ? null
            : credentials.RemoteHost;

    private static string Outcome(GuacamoleException error) => error switch
    {
        { Key: Banned.Key } => "banned",
        { Type: "INSUFFICIENT_CREDENTIALS" } => "expired",
        { Type: "INVALID_CREDENTIALS" } => "wrong_credentials",
        { Key: "LOGIN.ERROR_NOT_VALID" } => "not_valid",
        { Key: "LOGIN.ERROR_NOT_ACCESSIBLE" } => "not_accessible",
        _ => "refused",
    };
}
