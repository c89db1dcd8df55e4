using System.Diagnostics.CodeAnalysis;

namespace Guacamole.Client;

/// <summary>Where a session's token comes from.</summary>
internal interface ITokenSource
{
    Task<string> GetAsync(CancellationToken cancellationToken);

    /// <summary>A token to try instead of one that was refused; null when there is none.</summary>
    Task<string?> ReplaceAsync(string refused, CancellationToken cancellationToken);

    /// <summary>Takes the token out, so that it can be signed out.</summary>
    string? Take();
}

internal sealed class FixedToken(string token) : ITokenSource
{
    public Task<string> GetAsync(CancellationToken cancellationToken) => Task.FromResult(token);

    public Task<string?> ReplaceAsync(string refused, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public string? Take() => token;
}

/// <summary>Signs in on demand; many concurrent calls share one login.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose of.")]
internal sealed class RenewedToken(GuacamoleClient client, string username, string password) : ITokenSource
{
    private readonly SemaphoreSlim _login = new(1, 1);
    private volatile string? _token;

    public async Task<string> GetAsync(CancellationToken cancellationToken) =>
        _token ?? (await ReplaceAsync("", cancellationToken).ConfigureAwait(false))!;

    public async Task<string?> ReplaceAsync(string refused, CancellationToken cancellationToken)
    {
        await _login.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Somebody else may have signed in while this call waited.
            if (_token is null || _token == refused)
                _token = (await client.LoginAsync(username, password, cancellationToken).ConfigureAwait(false)).AuthToken;
            return _token;
        }
        finally
        {
            _login.Release();
        }
    }

    public string? Take()
    {
        var token = _token;
        _token = null;
        return token;
    }
}
