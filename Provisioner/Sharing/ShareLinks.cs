using System.Collections.Concurrent;
using System.Security.Cryptography;
using Guacamole.Client;
using GuacAspire.Provisioner.Telemetry;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>
/// Links by which others than its owner come to a desktop. A link is nobody's account and nothing of Guacamole's: each redemption asks for
/// a new key to what the owner looks at then, so that a link outlives the owner's connection, this process, and Guacamole.
/// </summary>
internal sealed partial class ShareLinks(
    DesktopRegistry registry,
    ShareStore store,
    ShareVisits visits,
    SharingProfiles profiles,
    ProvisionerMetrics metrics,
    ILogger<ShareLinks> logger)
{
    public const int MaxPerDesktop = 20;
    public const int MaxViewers = 30;
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 16;

    // What has kept links that are over from being finished.
    private readonly ConcurrentDictionary<string, string> _unfinished = new();

    public async Task<NewShare> CreateAsync(ManagedDesktop desktop, ShareRequest request, CancellationToken cancellationToken)
    {
        var now = store.Clock.Now;
        if (!(request.ExpiresInMinutes > 0 && request.ExpiresInMinutes <= MaxLifetime.TotalMinutes))
            throw ShareRefusals.HowLong(MaxLifetime);

        // Whoever may not share hears of it now, and not those whom the link is given to.
        await profiles.EnsureAsync(desktop.Connection!, request.Mode, cancellationToken);
        var secret = ShareSecrets.New();
        var link = new ShareLink(
            RandomNumberGenerator.GetString(Letters, IdLength),
            desktop.Id,
            request.Mode,
            ShareSecrets.Hash(secret),
            now,
            now + TimeSpan.FromMinutes(request.ExpiresInMinutes));
        store.Add(link, () => RefuseTooMany(desktop.Id));
        LogCreated(link.Id, link.Mode, desktop.Id, Shown(link.ExpiresAt));
        return new(Describe(link, 0), secret);
    }

    public async Task<IReadOnlyList<Share>> ListAsync(string desktop, CancellationToken cancellationToken) =>
        await Task.WhenAll(Living(desktop).Select(async link => Describe(link, await TryCountAsync(link, cancellationToken))));

    /// <summary>Makes a link worthless, and ends the visits of all who have come by it.</summary>
    public async Task RevokeAsync(string desktop, string id, CancellationToken cancellationToken)
    {
        var isOurs = store.TryChange(
            id, link => link.Desktop == desktop && !link.IsOver(store.Clock.Now) ? link with { RevokedAt = store.Clock.Now } : null);
        if (!isOurs)
            throw ShareRefusals.Unknown(id);
        LogRevoked(id, desktop);
        await TryFinishAsync(id, cancellationToken);
    }

    /// <summary>Lets somebody in who has a link.</summary>
    public async Task<SharedDesktop> RedeemAsync(string secret, CancellationToken cancellationToken)
    {
        if (store.FindByHash(ShareSecrets.Hash(secret)) is not { } link
            || link.IsOver(store.Clock.Now)
            || registry.Find(link.Desktop) is not { } desktop
            || desktop.Current.State.IsOver())
        {
            metrics.Redeemed(null, "unknown");
            throw ShareRefusals.LeadsNowhere();
        }

        try
        {
            var ticket = await TryEnterAsync(link, desktop, cancellationToken);
            metrics.Redeemed(link.Mode, ticket is null ? "waiting" : "granted");
            return new(desktop.Claim.Owner, desktop.Claim.Mesh, link.Mode, Shown(link.ExpiresAt), ticket, desktop.Current.RecordingSince);
        }
        catch (Exception e) when (e is ProblemException or GuacamoleException)
        {
            metrics.Redeemed(link.Mode, "refused");
            throw;
        }
    }

    /// <summary>Ends all links to a desktop that goes.</summary>
    public async Task EndAllAsync(string desktop, CancellationToken cancellationToken)
    {
        var links = store.Of(desktop);
        // Each before any is finished, which Guacamole may keep from being done.
        foreach (var link in links)
            store.TryChange(link.Id, one => one with { RevokedAt = one.RevokedAt ?? store.Clock.Now });
        foreach (var link in links)
            await FinishAsync(link.Id, cancellationToken);
        if (registry.Find(desktop)?.Connection is { } connection)
            profiles.ForgetAll(connection);
    }

    /// <summary>
    /// Forgets those who have left, of some that have come by a link; not who is just arriving. Gives how many of all there are still.
    /// </summary>
    public async Task<int> ForgetLeftAsync(ShareLink link, IEnumerable<ShareViewer> some, CancellationToken cancellationToken)
    {
        var now = store.Clock.Now;
        var looks = await Task.WhenAll(
            some.Select(async viewer => (Viewer: viewer, IsThere: await visits.IsThereAsync(viewer, cancellationToken))));
        var come = looks.Where(look => look is { IsThere: true, Viewer.HasCome: false }).Select(look => look.Viewer.Token).ToHashSet();
        var left = looks.Where(look => !look.IsThere && !look.Viewer.IsArriving(now)).Select(look => look.Viewer).ToHashSet();
        var lines = await visits.EndAsync(left, cancellationToken);
        if (left.Count > 0 || come.Count > 0)
        {
            var gone = left.Select(viewer => viewer.Token).ToHashSet();
            store.TryChange(link.Id, one => one with
            {
                Viewers =
                [
                    .. one.Viewers.Where(viewer => !gone.Contains(viewer.Token))
                        .Select(viewer => come.Contains(viewer.Token) ? viewer with { HasCome = true } : viewer),
                ],
                Lines = [.. one.Lines.Union(lines)],
            });
        }

        return store.Find(link.Id)?.Viewers.Count ?? 0;
    }

    /// <summary>Ends the visits by a link that is over, and forgets it. What Guacamole keeps from being done is tried again.</summary>
    public async Task TryFinishAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await FinishAsync(id, cancellationToken);
        }
        catch (GuacamoleException e)
        {
            // It is tried again every second, and the same trouble is one line in the log.
            if (_unfinished.TryGetValue(id, out var known) && known == e.Message)
                return;
            _unfinished[id] = e.Message;
            LogNotFinished(id, e.Message);
        }
    }

    private async Task FinishAsync(string id, CancellationToken cancellationToken)
    {
        // Nobody is added to a link that is over, so what stands there now is all there is.
        if (store.Find(id) is { } link)
        {
            await visits.EndAsync(link, registry.Find(link.Desktop)?.Connection, cancellationToken);
            store.Remove(id);
        }

        _unfinished.TryRemove(id, out _);
    }

    private async Task<DesktopTicket?> TryEnterAsync(ShareLink link, ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        if (!desktop.Current.State.IsUsable() || desktop.StopRequested.IsCancellationRequested || desktop.Connection is not { } connection)
            return null;
        if (link.Viewers.Count >= MaxViewers && await ForgetLeftAsync(link, link.Viewers, cancellationToken) >= MaxViewers)
            throw ShareRefusals.TooManyViewers(MaxViewers);
        if (await visits.TryBeginAsync(desktop.Id, connection, link.Mode, cancellationToken) is not var (ticket, line))
            return null;
        var viewer = visits.Record(ticket, line, store.Clock.Now);
        var isFull = false;
        if (store.TryChange(link.Id, one => one.IsOver(store.Clock.Now) || (isFull = one.Viewers.Count >= MaxViewers)
            ? null
            : one with { Viewers = [.. one.Viewers, viewer] }))
        {
            return ticket;
        }

        // It was revoked in this very moment, or others were quicker. Nobody has been told the key.
        await visits.EndAsync([viewer], cancellationToken);
        throw isFull ? ShareRefusals.TooManyViewers(MaxViewers) : ShareRefusals.LeadsNowhere();
    }

    private async Task<int?> TryCountAsync(ShareLink link, CancellationToken cancellationToken)
    {
        try
        {
            return await visits.CountAsync(link, cancellationToken);
        }
        catch (GuacamoleException)
        {
            return null;
        }
    }

    private IEnumerable<ShareLink> Living(string desktop) => store.Of(desktop).Where(link => !link.IsOver(store.Clock.Now));

    private Share Describe(ShareLink link, int? viewers) =>
        new(link.Id, link.Mode, Shown(link.CreatedAt), Shown(link.ExpiresAt), viewers);

    private DateTimeOffset Shown(DateTimeOffset at) => store.Clock.Shown(at)!.Value;

    private void RefuseTooMany(string desktop)
    {
        if (Living(desktop).Count() >= MaxPerDesktop)
            throw ShareRefusals.TooMany(MaxPerDesktop);
    }

    [LoggerMessage(LogLevel.Information, "New link {Id} to {Mode} desktop {Desktop} until {Until}")]
    private partial void LogCreated(string id, ShareMode mode, string desktop, DateTimeOffset until);

    [LoggerMessage(LogLevel.Information, "Link {Id} to desktop {Desktop} is revoked")]
    private partial void LogRevoked(string id, string desktop);

    [LoggerMessage(LogLevel.Warning, "Those who came by link {Id} could not be disconnected yet: {Reason}")]
    private partial void LogNotFinished(string id, string reason);
}
