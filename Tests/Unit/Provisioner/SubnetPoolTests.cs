using System.Net;
using GuacAspire.Provisioner.Runtime.Docker;

namespace GuacAspire.Tests.Unit.Provisioner;

public class SubnetPoolTests
{
    private static readonly IPNetwork Pool = IPNetwork.Parse("10.213.0.0/16");

    [Fact]
    public void A_pool_has_every_subnet_once()
    {
        var subnets = SubnetPool.Free(Pool, [], begin: 4000).ToList();
        Assert.Equal(4096, subnets.Count);
        Assert.Distinct(subnets);
        Assert.All(subnets, subnet => Assert.True(Pool.Contains(subnet.Network.BaseAddress)));
    }

    [Theory]
    [InlineData("10.213.0.0/24")]
    [InlineData("10.213.0.16/30")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.213.0.0/28")]
    public void What_overlaps_with_another_network_is_not_free(string other)
    {
        var taken = IPNetwork.Parse(other);
        Assert.DoesNotContain(
            SubnetPool.Free(Pool, [taken], begin: 0),
            subnet => taken.Contains(subnet.Network.BaseAddress) || subnet.Network.Contains(taken.BaseAddress));
    }

    [Fact]
    public void A_full_pool_has_none() => Assert.Empty(SubnetPool.Free(Pool, [Pool], begin: -1));

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void One_may_begin_anywhere(int begin) => Assert.Equal(4096, SubnetPool.Free(Pool, [], begin).Distinct().Count());

    [Fact]
    public void The_desktop_s_address_is_where_the_engine_puts_nobody_else()
    {
        var subnet = new DesktopSubnet(IPNetwork.Parse("10.213.4.32/28"));
        Assert.Equal("10.213.4.33", subnet.Gateway.ToString());
        Assert.Equal("10.213.4.34", subnet.Desktop.ToString());
        Assert.Equal("10.213.4.40/29", subnet.Others.ToString());
        Assert.False(subnet.Others.Contains(subnet.Desktop));
    }
}
