using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>
/// A token that is to be revoked: with its session, or when it expires, by a clock that nobody can set, and nobody uses it.
/// </summary>
internal sealed record KeptTicket(string SessionId, DateTimeOffset ExpiresAt);

/// <summary>
/// The tickets that have been given and not revoked, a small file each, so that a sign-out after a restart finds them. Nobody is told a
/// token that is not in a file yet, unless the disk takes none: a full one keeps nobody from the desktop.
/// </summary>
internal sealed partial class TicketStore
{
    private const string Extension = ".json";

    private readonly ConcurrentDictionary<string, KeptTicket> _tickets = new();
    private readonly Seal _seal;
    private readonly ILogger<TicketStore> _logger;
    private readonly string _directory;

    private readonly TimeProvider _time;

    public TicketStore(PortalPaths paths, IOptions<ProvisionerOptions> options, TimeProvider time, ILogger<TicketStore> logger)
    {
        (_time, Clock) = (time, new(time));
        (_directory, _seal, _logger) = (paths.Tickets, new Seal(options.Value.Key ?? "", "portal tickets"), logger);
        foreach (var file in Directory.EnumerateFiles(_directory))
        {
            if (Path.GetExtension(file) != Extension || !TryLoad(file))
                File.Delete(file);
        }
    }

    /// <summary>What tells whether a ticket has expired.</summary>
    public SteadyClock Clock { get; }

    /// <summary>By their tokens.</summary>
    public IEnumerable<KeyValuePair<string, KeptTicket>> All => _tickets;

    public void Add(string token, KeptTicket ticket)
    {
        _tickets[token] = ticket;
        var row = new Row(ticket.SessionId, Clock.Shown(ticket.ExpiresAt)!.Value, _seal.Close(token)) { GivenAt = _time.GetUtcNow() };
        try
        {
            WholeFile.Write(FileOf(token), JsonSerializer.SerializeToUtf8Bytes(row));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(exception.Message);
        }
    }

    public void Remove(string token)
    {
        _tickets.TryRemove(token, out _);
        File.Delete(FileOf(token));
    }

    private string FileOf(string token) =>
        Path.Combine(_directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))) + Extension);

    // Of what an earlier process has given there is only the date. Who has set the clock back since keeps a ticket no longer for that.
    private DateTimeOffset ExpiryOf(Row row) =>
        row.GivenAt - Clock.Now is { } early && early > TimeSpan.Zero ? row.ExpiresAt - early : row.ExpiresAt;

    private bool TryLoad(string file)
    {
        try
        {
            if (JsonSerializer.Deserialize<Row>(File.ReadAllBytes(file)) is { SessionId: not null, Token: not null } row
                && _seal.Open(row.Token) is { } token)
            {
                _tickets[token] = new(row.SessionId, ExpiryOf(row));
                return true;
            }

            LogForeign(file);
        }
        catch (JsonException exception)
        {
            LogUnreadable(exception, file);
        }

        return false;
    }

    [LoggerMessage(LogLevel.Warning, "The ticket's file {File} could not be read and was removed")]
    private partial void LogUnreadable(Exception exception, string file);

    [LoggerMessage(LogLevel.Warning, "The ticket's file {File} was written under another Provisioner:Key and was removed")]
    private partial void LogForeign(string file);

    [LoggerMessage(LogLevel.Warning, "A ticket could not be written down ({Reason}): after a restart no sign-out revokes it")]
    private partial void LogNotKept(string reason);

    private sealed record Row(string SessionId, DateTimeOffset ExpiresAt, byte[] Token)
    {
        public DateTimeOffset? GivenAt { get; init; }
    }
}
