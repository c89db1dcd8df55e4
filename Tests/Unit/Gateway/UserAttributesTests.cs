using GuacAspire.Gateway.Api;

namespace GuacAspire.Tests.Unit.Gateway;

public class UserAttributesTests
{
    [Fact]
    public void Reads_days_and_times_and_leaves_alone_what_it_cannot_read()
    {
        var columns = UserAttributes.ToColumns(
            new Dictionary<string, string?>
            {
                ["access-window-start"] = "08:00:00",
                ["access-window-end"] = "8:05",
                ["valid-from"] = "2020-1-2",
                ["valid-until"] = "notadate",
                ["timezone"] = "",
                ["expired"] = "true",
            },
            restricted: true);
        Assert.Equal(new TimeSpan(8, 0, 0), columns["access_window_start"]);
        Assert.Equal(new DateTime(2020, 1, 2), columns["valid_from"]);
        Assert.Equal(true, columns["expired"]);
        Assert.Null(columns["timezone"]);
        Assert.DoesNotContain("access_window_end", columns.Keys);
        Assert.DoesNotContain("valid_until", columns.Keys);
    }

    [Fact]
    public void Restrictions_are_for_administrators_of_the_user() =>
        Assert.Equal(
            ["full_name"],
            UserAttributes.ToColumns(new Dictionary<string, string?> { ["guac-full-name"] = "x", ["timezone"] = "UTC" }, restricted: false).Keys);
}
