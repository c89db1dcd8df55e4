using System.Globalization;
using Guacamole.Client;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>Users for people without an account. They hold no permission, and Guacamole itself lets them expire.</summary>
internal sealed class GuestAccounts(GuacamoleSession admin, GuacamolePatience patience, DesktopIds ids, TimeProvider time)
{
    private const string Prefix = "guest-";
    private const string Expiry = "valid-until";
    private const string DateFormat = "yyyy-MM-dd";

    // In whole days, since that is how Guacamole counts; two, so that nobody is cut off at midnight.
    private const int Days = 2;

    public async Task<Guest> CreateAsync(CancellationToken cancellationToken)
    {
        var guest = new Guest(Prefix + ids.Create(), Secrets.Password());
        var until = time.GetUtcNow().AddDays(Days).ToString(DateFormat, CultureInfo.InvariantCulture);
        var user = new GuacamoleUser(guest.Username)
        {
            Password = guest.Password,
            Attributes = new Dictionary<string, string?> { [Expiry] = until },
        };
        return await patience.ShortAsync(
            async () =>
            {
                await MakeAsync(user, cancellationToken);
                return guest;
            },
            cancellationToken);
    }

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
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return users.Values
            .Where(user => IsOwn(user.Username)
                && user.Attributes.GetValueOrDefault(Expiry) is { } until
                && DateOnly.TryParseExact(until, DateFormat, out var last)
                && last < today)
            .Select(user => user.Username);
    }

    /// <summary>Whether it is the name of a guest of ours, here or gone.</summary>
    public bool IsOwn(string username) =>
        username.StartsWith(Prefix, StringComparison.Ordinal) && ids.IsOwn(username[Prefix.Length..]);
}
