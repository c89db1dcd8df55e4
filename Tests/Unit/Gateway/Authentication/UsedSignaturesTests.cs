using GuacAspire.Gateway.JsonUsers;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public class UsedSignaturesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Each_is_good_for_one_use()
    {
        var used = new UsedSignatures(_time);
        var until = _time.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
        Assert.True(used.TryAdd([1, 2], until));
        Assert.False(used.TryAdd([1, 2], until));
        Assert.True(used.TryAdd([1, 3], until));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(used.TryAdd([1, 2], until));
    }

    [Fact]
    public void What_never_expires_cannot_be_for_a_single_use() => Assert.False(new UsedSignatures(_time).TryAdd([1], null));
}
