using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Nginx;

namespace GuacAspire.Tests.Unit.Hosting;

public class NginxTemplateTests
{
    private static readonly string Text = NginxTemplate.Render(
        [new("/", Address, Tunnel: false, Replaced: false), new("/guacamole/", Address, Tunnel: true, Replaced: true)]);

    private static ReferenceExpression Address => ReferenceExpression.Create($"http://localhost:1");

    [Fact]
    public void A_route_to_an_endpoint_passes_the_path_on_as_it_came() =>
        Assert.Contains("proxy_pass ${ROUTE_0};", Text, StringComparison.Ordinal);

    [Fact]
    public void A_route_to_an_address_replaces_the_path() => Assert.Contains("proxy_pass ${ROUTE_1}/;", Text, StringComparison.Ordinal);

    [Fact]
    public void Where_tokens_pass_nothing_is_logged()
    {
        var tunnel = Text[Text.IndexOf("location /guacamole/", StringComparison.Ordinal)..];
        Assert.Contains("access_log off;", tunnel, StringComparison.Ordinal);
        Assert.Contains("error_log /dev/null", tunnel, StringComparison.Ordinal);
    }

    [Fact]
    public void The_access_log_never_has_a_query()
    {
        Assert.DoesNotContain("$request ", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("$request_uri", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("$args", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_client_says_of_its_address_is_replaced() =>
        Assert.Contains("proxy_set_header X-Forwarded-For $remote_addr;", Text, StringComparison.Ordinal);

    [Fact]
    public void Nobodys_word_is_taken_unless_that_is_asked_for()
    {
        Assert.DoesNotContain("real_ip", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("$http_x_forwarded", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trusted_proxy_says_what_was_asked_for_and_nobody_else()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var nginx = builder.AddNginx("nginx").WithTrustedProxies("203.0.113.5", "172.16.0.0/12").WithTrustedProxies("fd00::/8");
        var text = NginxTemplate.Render([new("/", Address, Tunnel: false, Replaced: false)], nginx.Resource.TrustedProxies);
        foreach (var proxy in (string[])["203.0.113.5", "172.16.0.0/12", "fd00::/8"])
        {
            Assert.Contains($"set_real_ip_from {proxy};", text, StringComparison.Ordinal);
            Assert.Contains($"    {proxy} 1;", text, StringComparison.Ordinal);
        }

        // The client is who stands last before them, so that the chain is judged once, and nothing of it passed on.
        Assert.Contains("real_ip_recursive on;", text, StringComparison.Ordinal);
        Assert.Contains("proxy_set_header X-Forwarded-For $remote_addr;", text, StringComparison.Ordinal);
        Assert.Contains("geo $realip_remote_addr $is_trusted", text, StringComparison.Ordinal);
        Assert.Contains("proxy_set_header X-Forwarded-Proto $asked_scheme;", text, StringComparison.Ordinal);
        Assert.Contains("proxy_set_header X-Forwarded-Host $asked_host;", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '{'), text.Count(c => c == '}'));
    }

    [Theory]
    [InlineData("proxy.example.org")]
    [InlineData("203.0.113.5; return 200")]
    [InlineData("203.0.113.5/33")]
    [InlineData("")]
    public void A_proxy_is_an_address_or_a_network_and_can_break_out_of_nothing(string proxy)
    {
        var nginx = DistributedApplication.CreateBuilder([]).AddNginx("nginx");
        var error = Assert.Throws<ArgumentException>(() => nginx.WithTrustedProxies(proxy));
        Assert.Contains($"'{proxy}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_are_balanced() => Assert.Equal(Text.Count(c => c == '{'), Text.Count(c => c == '}'));

    [Theory]
    [InlineData("/", true)]
    [InlineData("/guacamole/", true)]
    [InlineData("/a/b.c/", true)]
    [InlineData("guacamole/", false)]
    [InlineData("/guacamole", false)]
    [InlineData("/a b/", false)]
    [InlineData("/;}/", false)]
    public void A_path_begins_and_ends_with_a_slash_and_can_break_out_of_nothing(string path, bool valid) =>
        Assert.Equal(valid, NginxTemplate.IsPath(path));

    [Fact]
    public void Two_routes_for_one_path_are_refused_with_its_name()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var nginx = builder.AddNginx("nginx");
        nginx.WithRoute("/", ReferenceExpression.Create($"http://localhost:1"));
        var error = Assert.Throws<ArgumentException>(() => nginx.WithRoute("/", ReferenceExpression.Create($"http://localhost:2")));
        Assert.Contains("'/'", error.Message, StringComparison.Ordinal);
    }
}
