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

    [Theory]
    [InlineData("8:05:00", "08:05:00")]
    [InlineData("25:61:01", "02:01:01")]
    [InlineData("08:05:00 PM", "08:05:00")]
    public void Times_are_read_as_generously_as_Java_reads_them(string text, string expected) =>
        Assert.Equal(
            TimeSpan.Parse(expected), UserAttributes.ToColumns(Only("access-window-start", text), restricted: true)["access_window_start"]);

    [Theory]
    [InlineData("2020-13-45", "2021-02-14")]
    [InlineData("2020-01-02T10:00:00", "2020-01-02")]
    [InlineData("2020-3-0", "2020-02-29")]
    public void Days_are_read_as_generously_as_Java_reads_them(string text, string expected) =>
        Assert.Equal(DateTime.Parse(expected), UserAttributes.ToColumns(Only("valid-from", text), restricted: true)["valid_from"]);

    [Theory]
    [InlineData("access-window-start", "99:99")]
    [InlineData("access-window-end", "-1:00:00")]
    [InlineData("valid-from", "2020-01")]
    [InlineData("valid-until", "999999-01-01")]
    public void What_cannot_be_read_changes_nothing(string name, string text) =>
        Assert.Empty(UserAttributes.ToColumns(Only(name, text), restricted: true));

    private static Dictionary<string, string?> Only(string name, string value) => new() { [name] = value };

    [Fact]
    public void Restrictions_are_for_administrators_of_the_user() =>
        Assert.Equal(
            ["full_name"],
            UserAttributes.ToColumns(
                new Dictionary<string, string?> { ["guac-full-name"] = "x", ["timezone"] = "UTC" }, restricted: false).Keys);
}
