using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit;

/// <summary>A clock that somebody sets, which says nothing of how much time has passed.</summary>
internal sealed class SetClock() : FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero))
{
    private TimeSpan _offset;

    public void Set(TimeSpan by) => _offset += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
