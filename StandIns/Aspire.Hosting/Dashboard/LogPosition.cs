using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where a reader of a log has got to; lines are numbered anew in each run of the AppHost.</summary>
internal readonly record struct LogPosition(string Run, int Line)
{
    private static readonly string ThisRun = Guid.NewGuid().ToString("N")[..12];

    public bool IsFromAnotherRun => Run.Length > 0 && Run != ThisRun;

    public static LogPosition At(int line) => new(ThisRun, line);

    public static LogPosition From(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id ? id : request.Query["after"].ToString();
        return text.Split(':') is [var run, var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? new(run, run == ThisRun ? line : 0)
            : new("", 0);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}:{Line}");
}
