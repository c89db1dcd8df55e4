using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>
/// One run of a process, from its start until it is killed. Whatever it does outside of itself is a step. A kill falls before a step or after
/// it, and from then on nothing that its threads still do reaches anybody.
/// </summary>
internal sealed class Life : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _killed = new();
    private readonly ManualResetEventSlim _buried = new();
    private readonly World _world;

    public Life(World world, string name, string folder, DateTimeOffset now)
    {
        (_world, Name, Folder, Time, Killed) = (world, name, folder, new(now), _killed.Token);
        Platter = new(this);
    }

    public string Name { get; }

    /// <summary>Where its files are, which are no other run's.</summary>
    public string Folder { get; }

    /// <summary>The disk that its files are on.</summary>
    public Platter Platter { get; }

    /// <summary>Where the next run finds what this one has left.</summary>
    public string? Next { get; set; }

    /// <summary>Its clock, which stands still from the kill on.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>Cancelled when it is killed: lines to it break.</summary>
    public CancellationToken Killed { get; }

    public bool IsOver { get; private set; }

    /// <summary>One step.</summary>
    /// <exception cref="KilledException">There is nobody any more who could have done it.</exception>
    public T Do<T>(Func<T> step)
    {
        _world.Pass();
        if (!TryDo(step, out var result))
            Rest();
        _world.Pass();
        if (IsOver)
            Rest();
        return result;
    }

    /// <inheritdoc cref="Do{T}"/>
    public void Do(Action step) => Do(() =>
    {
        step();
        return true;
    });

    public void End()
    {
        lock (_gate)
            IsOver = true;
    }

    /// <summary>Lets go of whoever was in the midst of something, once what it has left is safe from them.</summary>
    public void Bury()
    {
        _buried.Set();
        // Elsewhere: whoever hears of it goes on at once, and may be of a process that is not buried yet.
        _ = _killed.CancelAsync();
    }

    /// <summary>Returns when what it has left is where the next run finds it.</summary>
    public void WaitUntilBuried() => _buried.Wait();

    public void Dispose()
    {
        _killed.Dispose();
        _buried.Dispose();
    }

    private bool TryDo<T>(Func<T> step, out T result)
    {
        lock (_gate)
        {
            result = IsOver ? default! : step();
            return !IsOver;
        }
    }

    private void Rest()
    {
        WaitUntilBuried();
        throw new KilledException(Name);
    }
}

/// <summary>A process was killed in the midst of this.</summary>
internal sealed class KilledException(string name) : Exception($"{name} was killed.");
