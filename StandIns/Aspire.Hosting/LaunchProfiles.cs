using System.Text;
using System.Text.Json;

namespace Aspire.Hosting;

internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Options =
        new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profile asked for; else the one that the AppHost itself runs with; else the first that starts the project.</summary>
    public static (string Name, LaunchProfile Profile)? Find(IProjectMetadata metadata, string? name, string? fallback)
    {
        var profiles = (metadata.LaunchSettings ?? Read(metadata))?.Profiles;
        if (name is not null)
        {
            return profiles is not null && profiles.TryGetValue(name, out var asked)
                ? (name, asked)
                : throw new DistributedApplicationException($"Launch settings file does not contain '{name}' profile.");
        }

        if (profiles is null) return null;
        if (fallback is not null && profiles.TryGetValue(fallback, out var same) && same.CommandName == "Project") return (fallback, same);
        return profiles.Where(p => p.Value.CommandName == "Project").Select(p => ((string, LaunchProfile)?)(p.Key, p.Value))
            .FirstOrDefault();
    }

    private static LaunchSettings? Read(IProjectMetadata metadata)
    {
        if (!File.Exists(metadata.ProjectPath))
            throw new DistributedApplicationException($"Project file '{metadata.ProjectPath}' was not found.");

        var path = Path.Combine(Path.GetDirectoryName(metadata.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Options);
        }
        catch (JsonException failure)
        {
            throw new DistributedApplicationException(
                $"Failed to get effective launch profile: there is malformed JSON in '{path}'.", failure);
        }
    }
}

internal static class CommandLine
{
    public static string[] Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        var started = false;
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
                started = true;
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                if (started) words.Add(word.ToString());
                word.Clear();
                started = false;
            }
            else
            {
                word.Append(c);
                started = true;
            }
        }

        if (started) words.Add(word.ToString());
        return [.. words];
    }
}
