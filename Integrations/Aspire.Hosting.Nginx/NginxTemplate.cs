using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Nginx;

/// <summary>
/// Renders the routes as a template of the official image: its entry point replaces <c>${ROUTE_n}</c> by the environment's values.
/// </summary>
internal static partial class NginxTemplate
{
    public const string HealthPath = "/.nginx/health";

    public static string Variable(int route) => $"ROUTE_{route}";

    public static bool IsPath(string path) => PathPattern().IsMatch(path);

    /// <summary>
    /// Writes the template below the AppHost's obj folder; a file, since compose would expand the dollars of inline contents.
    /// </summary>
    public static string Write(NginxResource nginx, string appHostDirectory)
    {
        var text = Render(nginx.Routes, nginx.TrustedProxies);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        var file = Path.Combine(
            Directory.CreateDirectory(Path.Combine(appHostDirectory, "obj", "nginx")).FullName, $"{nginx.Name}-{hash}.conf.template");
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>A proxy as nginx spells it: an address or a network; null for what is neither.</summary>
    public static string? Proxy(string text) =>
        IPNetwork.TryParse(text, out var network) ? network.ToString()
        : IPAddress.TryParse(text, out var address) ? address.ToString()
        : null;

    public static string Render(IReadOnlyList<NginxRoute> routes, IReadOnlyList<string>? trustedProxies = null)
    {
        var text = trustedProxies is { Count: > 0 }
            ? new StringBuilder(Asked(trustedProxies)).Append(Head)
                .Replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto $asked_scheme")
                .Replace("X-Forwarded-Host $http_host", "X-Forwarded-Host $asked_host")
            : new StringBuilder(Head);
        for (var index = 0; index < routes.Count; index++)
            text.Append(Location(routes[index], Variable(index)));
        return text.Append("}\n").ToString();
    }

    private static string Location(NginxRoute route, string variable) => $$"""

            location {{route.Path}} {
                proxy_pass ${{{variable}}}{{(route.Replaced ? "/" : "")}};
        {{(route.Tunnel ? Tunnel : Plain)}}    }

        """;

    /// <summary>
    /// Finds out what the client has asked for, where a proxy that is trusted says so. The client's address is the last that is no such
    /// proxy's: what stands before it anybody may have written.
    /// </summary>
    private static string Asked(IReadOnlyList<string> proxies) => $$"""
        {{Lines(proxies, "set_real_ip_from {0};")}}
        real_ip_header X-Forwarded-For;
        real_ip_recursive on;

        geo $realip_remote_addr $is_trusted {
            default 0;
        {{Lines(proxies, "    {0} 1;")}}
        }

        map "$is_trusted $http_x_forwarded_proto" $asked_scheme {
            default   $scheme;
            "1 http"  http;
            "1 https" https;
        }

        map "$is_trusted $http_x_forwarded_host" $asked_host {
            default $http_host;
            "~*^1 (?<asked>[a-z0-9.:_[\]-]+)$" $asked;
        }


        """;

    private static string Lines(IReadOnlyList<string> proxies, string line) =>
        string.Join('\n', proxies.Select(proxy => string.Format(CultureInfo.InvariantCulture, line, proxy)));

    // What a client says about itself is replaced, never passed on: the services trust these headers.
    private const string Head = """
        map $http_upgrade $connection_upgrade {
            default upgrade;
            ''      '';
        }

        # Whether all is well is asked every few seconds, and the answer stands in the dashboard.
        map $uri $told {
            /health 0;
            default 1;
        }

        log_format without_query '$remote_addr "$request_method $uri" $status $body_bytes_sent $request_time';

        server {
            listen 80;
            server_tokens off;
            access_log /dev/stdout without_query if=$told;
            client_max_body_size 256m;

            # Scripts, styles and drawings, which hold nobody's secrets; HTML is compressed wherever gzip is on.
            gzip on;
            gzip_proxied any;
            gzip_vary on;
            gzip_min_length 1024;
            gzip_types text/css text/javascript application/javascript image/svg+xml;

            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Prefix "";
            proxy_set_header Forwarded "";
            proxy_set_header Remote-User "";

            location = /.nginx/health {
                access_log off;
                default_type text/plain;
                return 200 "ok\n";
            }

        """;

    private const string Plain = """
                proxy_read_timeout 120s;

        """;

    // Tokens pass in the query here, and a tunnel is silent for as long as its user is. The log of errors quotes queries, too: of every
    // tunnel that is reset.
    private const string Tunnel = """
                access_log off;
                error_log /dev/null crit;
                proxy_read_timeout 1h;
                proxy_send_timeout 1h;
                tcp_nodelay on;

        """;

    [GeneratedRegex(@"^/(?:[A-Za-z0-9._-]+/)*$")]
    private static partial Regex PathPattern();
}
