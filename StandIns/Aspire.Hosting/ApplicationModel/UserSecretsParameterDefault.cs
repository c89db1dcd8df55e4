using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps a generated value in the AppHost's user secrets, so that the next run has the same one.</summary>
internal sealed class UserSecretsParameterDefault(Assembly assembly, string name, ParameterDefault inner) : ParameterDefault
{
    private static readonly Lock Writing = new();
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public override string GetDefaultValue()
    {
        if (assembly.GetCustomAttribute<UserSecretsIdAttribute>()?.UserSecretsId is not { Length: > 0 } id) return inner.GetDefaultValue();

        var path = PathHelper.GetSecretsPathFromSecretsId(id);
        var key = $"Parameters:{name}";
        lock (Writing)
        {
            var secrets = Read(path);
            if (secrets[key]?.GetValue<string>() is { } known) return known;

            var value = inner.GetDefaultValue();
            secrets[key] = value;
            Write(path, secrets.ToJsonString(Indented));
            return value;
        }
    }

    private static JsonObject Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return [];
        try
        {
            return JsonNode.Parse(File.ReadAllText(path),
                documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject ?? [];
        }
        catch (JsonException failure)
        {
            throw new Orchestration.OrchestrationException(
                $"The user secrets in {path} are not JSON ({failure.Message}): mend or move that file.", failure);
        }
    }

    // Written beside and moved into place: a full disk must not cost the secrets that are there already.
    private static void Write(string path, string json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options)) writer.Write(json);
        File.Move(temporary, path, overwrite: true);
    }
}
