using System.Text;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a .dockerignore keeps out of an image's build.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Excludes)> _rules = [];

    public DockerIgnore(IEnumerable<string> lines)
    {
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var excludes = line[0] != '!';
            _rules.Add((Translate((excludes ? line : line[1..]).Trim().Trim('/')), excludes));
        }
    }

    public static DockerIgnore Read(string contextPath, string dockerfilePath)
    {
        var own = $"{dockerfilePath}.dockerignore";
        var path = File.Exists(own) ? own : Path.Combine(contextPath, ".dockerignore");
        return new(File.Exists(path) ? File.ReadAllLines(path) : []);
    }

    /// <summary>The last rule that meets the path, or a folder that it lies in, decides.</summary>
    public bool Excludes(string path)
    {
        var excluded = false;
        foreach (var (pattern, excludes) in _rules)
        {
            if (pattern.IsMatch(path)) excluded = excludes;
        }

        return excluded;
    }

    private static Regex Translate(string pattern)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                text.Append("(.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                text.Append(".*");
                i++;
            }
            else
            {
                text.Append(pattern[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    var c => Regex.Escape(c.ToString()),
                });
            }
        }

        return new(text.Append("(/.*)?$").ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}
