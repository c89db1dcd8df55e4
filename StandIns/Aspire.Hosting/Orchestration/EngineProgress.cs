using System.Text.RegularExpressions;
using Docker.DotNet.Models;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns the engine's stream of progress into lines, at once and in order.</summary>
internal sealed partial class EngineProgress(Action<string> write) : IProgress<JSONMessage>
{
    private const int Remembered = 12;
    private readonly Queue<string> _last = new();
    private readonly Dictionary<string, string> _layers = [];
    private string _rest = "";

    public string? Error { get; private set; }

    /// <summary>The last lines, which is where a build says why it failed.</summary>
    public IReadOnlyCollection<string> LastLines => _last;

    public void Report(JSONMessage value)
    {
        if ((value.Error?.Message ?? value.ErrorMessage) is { Length: > 0 } error) Error = error.Trim();
        if (value.Stream is { Length: > 0 } text) Add(text);
        if (value.Status is not { Length: > 0 } status) return;

        // A layer's own progress bar says the same words a thousand times.
        if (value.ID is null) Line(status);
        else if (_layers.GetValueOrDefault(value.ID) != status) Line($"{value.ID}: {_layers[value.ID] = status}");
    }

    private void Add(string text)
    {
        var lines = (_rest + text).Replace('\r', '\n').Split('\n');
        _rest = lines[^1];
        foreach (var line in lines[..^1]) Line(line);
    }

    private void Line(string coloured)
    {
        var line = Colour().Replace(coloured, "").TrimEnd();
        if (line.Length == 0) return;
        write(line);
        _last.Enqueue(line);
        if (_last.Count > Remembered) _last.Dequeue();
    }

    // The engine paints a command's errors, in the middle of their lines.
    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();
}
