using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime.Docker;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopIdsTests
{
    private readonly DesktopIds _ids = new(TestOptions.Desktops());

    [Fact]
    public void An_id_is_twenty_lower_case_letters_and_digits() => Assert.Matches("^[a-z2-7]{20}$", _ids.Create());

    [Fact]
    public void Ids_do_not_repeat() => Assert.Distinct(Enumerable.Range(0, 1000).Select(_ => _ids.Create()));

    [Fact]
    public void Own_ids_are_known_and_those_of_another_instance_are_not()
    {
        var others = new DesktopIds(TestOptions.Desktops(options => options.Instance = "another"));
        Assert.True(_ids.IsOwn(_ids.Create()));
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => _ids.IsOwn(others.Create()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("my nice connection")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    public void Names_that_people_give_are_never_ours(string name) => Assert.False(_ids.IsOwn(name));

    [Fact]
    public void A_bridge_has_the_prefix_of_the_firewall_rule_and_a_length_that_the_kernel_allows()
    {
        var bridge = DesktopLabels.BridgeOf(_ids.Create());
        Assert.StartsWith("gad-", bridge, StringComparison.Ordinal);
        Assert.Equal(15, bridge.Length);
    }
}
