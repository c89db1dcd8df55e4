namespace GuacAspire.Portal.Web.Meshes;

/// <summary>
/// Looks through one file after the other, which takes a core of the processor for as long as it takes. Of each owner's files one stands in
/// line, so that whoever has many waits for himself.
/// </summary>
internal sealed class CheckTurns : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, Owner> _owners = [];

    /// <summary>Does it when it is its turn.</summary>
    public async Task<T> DoAsync<T>(string owner, Func<T> check, CancellationToken cancellationToken)
    {
        var own = Come(owner);
        try
        {
            await own.Turn.WaitAsync(cancellationToken);
            try
            {
                return await DoAsync(check, cancellationToken);
            }
            finally
            {
                own.Turn.Release();
            }
        }
        finally
        {
            Leave(owner, own);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<T> DoAsync<T>(Func<T> check, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(check, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Owner Come(string name)
    {
        lock (_owners)
        {
            if (!_owners.TryGetValue(name, out var owner))
                _owners[name] = owner = new Owner();
            owner.Files++;
            return owner;
        }
    }

    private void Leave(string name, Owner owner)
    {
        lock (_owners)
        {
            if (--owner.Files > 0)
                return;
            _owners.Remove(name);
            owner.Turn.Dispose();
        }
    }

    private sealed class Owner
    {
        public int Files { get; set; }

        public SemaphoreSlim Turn { get; } = new(1, 1);
    }
}
