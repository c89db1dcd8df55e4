using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime.Docker;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopLabelsTests
{
    private static readonly DesktopClaim Claim = new(
        "abcdefghijklmnopqrst", "Zoë <zoe@example.com>", "up/../load", "a b.stl", "key", new(2026, 11, 23, 7, 8, 9, 123, TimeSpan.Zero));

    private readonly DesktopLabels _labels = new(TestOptions.Desktops());

    [Fact]
    public void A_claim_survives_in_its_labels() => Assert.Equal(Claim, DesktopLabels.ReadClaim(_labels.ForClaim(Claim, "one")));

    [Fact]
    public void A_claim_without_a_key_has_none_afterwards()
    {
        var claim = Claim with { IdempotencyKey = null };
        Assert.Equal(claim, DesktopLabels.ReadClaim(_labels.ForClaim(claim, "one")));
    }

    [Fact]
    public void A_container_says_what_it_is_and_not_whose() =>
        Assert.Equal(
            ["guacaspire.created", "guacaspire.desktop", "guacaspire.instance", "guacaspire.role"],
            _labels.ForDesktop(new(Claim.Id, Claim.CreatedAt)).Keys.Order());

    [Fact]
    public void Labels_of_something_else_are_no_claim() =>
        Assert.Null(DesktopLabels.ReadClaim(_labels.ForDesktop(new(Claim.Id, Claim.CreatedAt))));
}
