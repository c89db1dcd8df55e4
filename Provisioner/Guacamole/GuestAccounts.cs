using System.Globalization;
using Guacamole.Client;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>Users for people without an account. They hold no permission, and Guacamole itself lets them expire.</summary>
internal sealed partial class GuestAccounts(
    GuacamoleSession admin, GuacamolePatience patience, DesktopIds ids, TimeProvider time, ILogger<GuestAccounts> logger)
{
    private const string Prefix = "guest-";
    private const string Expiry = "valid-until";
    private const string DateFormat = "yyyy-MM-dd";

    // In whole days, since that is how Guacamole counts; two, so that nobody is cut off at midnight.
    private const int Days = 2;
    private const int AtOnce = 4;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private DateOnly Next => Today.AddDays(Days);

    public async Task<Guest> CreateAsync(CancellationToken cancellationToken)
    {
        var guest = new Guest(Prefix + ids.Create(), Secrets.Password());
        var user = new GuacamoleUser(guest.Username)
        {
            Password = guest.Password,
            Attributes = new Dictionary<string, string?> { [Expiry] = Format(Next) },
        };
        return await patience.ShortAsync(
            async () =>
            {
                await MakeAsync(user, cancellationToken);
                return guest;
            },
            cancellationToken);
    }

    /// <summary>Renews the account of a guest who is still there; false when there is none of that name, or it is not ours.</summary>
    public async Task<bool> RenewAsync(string username, CancellationToken cancellationToken)
    {
        if (!IsOwn(username) || !(await admin.ListUsersAsync(cancellationToken)).TryGetValue(username, out var user))
            return false;
        await RenewAsync(user, cancellationToken);
        return true;
    }

    /// <summary>
    /// Renews the accounts of guests who have desktops: whoever works is not gone, and an account that ends would end them.
    /// </summary>
    public Task RenewAsync(
        IReadOnlyDictionary<string, GuacamoleUser> users, IEnumerable<string> owners, CancellationToken cancellationToken) =>
        Rounds.EachAsync(
            owners.Distinct().Where(IsOwn).Select(owner => users.GetValueOrDefault(owner)).OfType<GuacamoleUser>(),
            AtOnce,
            RenewAsync,
            (user, e) => LogNotRenewed(user.Username, e.Message),
            cancellationToken);

    /// <summary>Removes a guest; false when there is none of that name, or it is not ours.</summary>
    public async Task<bool> RemoveAsync(string username, CancellationToken cancellationToken)
    {
        if (!IsOwn(username))
            return false;
        try
        {
            await admin.DeleteUserAsync(username, cancellationToken);
            return true;
        }
        catch (GuacamoleNotFoundException)
        {
            return false;
        }
    }

    private async Task MakeAsync(GuacamoleUser user, CancellationToken cancellationToken)
    {
        try
        {
            await admin.CreateUserAsync(user, cancellationToken);
        }
        catch (GuacamoleException e) when (e.Type == GuacamoleErrorType.BadRequest)
        {
            // Of this name there can only be one that was made just now, without anybody having been told.
            await admin.UpdateUserAsync(user, cancellationToken);
        }
    }

    /// <summary>Those of our guests who cannot sign in any more.</summary>
    public IEnumerable<string> Expired(IReadOnlyDictionary<string, GuacamoleUser> users)
    {
        var today = Today;
        return users.Values
            .Where(user => IsOwn(user.Username) && ExpiryOf(user) is { } last && last < today)
            .Select(user => user.Username);
    }

    /// <summary>Whether it is the name of a guest of ours, here or gone.</summary>
    public bool IsOwn(string username) =>
        username.StartsWith(Prefix, StringComparison.Ordinal) && ids.IsOwn(username[Prefix.Length..]);

    private static string Format(DateOnly day) => day.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static DateOnly? ExpiryOf(GuacamoleUser user) =>
        DateOnly.TryParseExact(user.Attributes.GetValueOrDefault(Expiry), DateFormat, out var last) ? last : null;

    // Once a day is enough, since Guacamole counts in days. One without an end somebody else has made so.
    private async Task RenewAsync(GuacamoleUser user, CancellationToken cancellationToken)
    {
        if (ExpiryOf(user) is not { } last || last >= Next)
            return;
        var attributes = new Dictionary<string, string?>(user.Attributes) { [Expiry] = Format(Next) };
        await admin.UpdateUserAsync(user with { LastActive = null, Attributes = attributes }, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The account of {Username}, who is still there, could not be renewed yet: {Reason}")]
    private partial void LogNotRenewed(string username, string reason);
}
