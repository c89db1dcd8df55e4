using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>The section <c>Recordings</c>: where guacd puts what it records, and how much of that is kept.</summary>
internal sealed class RecordingsOptions
{
    public const string Section = "Recordings";

    /// <summary>The folder that guacd writes and Guacamole reads; nothing is recorded if empty.</summary>
    public string Directory { get; set; } = "";

    /// <summary>How large all recordings together may be; the oldest go first.</summary>
    public string MaxBytes { get; set; } = "10g";

    /// <summary>How large one recording may become; then it is ended, and its owner told.</summary>
    public string MaxBytesPerRecording { get; set; } = "1g";

    /// <summary>How much of the disk must stay free for others; with less nothing is recorded.</summary>
    public string MinFree { get; set; } = "1g";

    /// <summary>For how long recordings are kept.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the folder is looked after.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);
}

internal sealed class RecordingsOptionsValidator : IValidateOptions<RecordingsOptions>
{
    public ValidateOptionsResult Validate(string? name, RecordingsOptions options)
    {
        var errors = Check(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(RecordingsOptions options)
    {
        if (options.Directory.Length > 0 && !Path.IsPathFullyQualified(options.Directory))
            yield return $"Recordings:Directory is '{options.Directory}'; it must be a whole path, the same for guacd and for Guacamole.";
        if (!ByteSize.TryParse(options.MaxBytes, out var all) || all < 1)
            yield return $"Recordings:MaxBytes is '{options.MaxBytes}'; it must be a size such as 10g.";
        if (!ByteSize.TryParse(options.MaxBytesPerRecording, out var one) || one < 1)
            yield return $"Recordings:MaxBytesPerRecording is '{options.MaxBytesPerRecording}'; it must be a size such as 1g.";
        else if (all > 0 && one > all)
            yield return $"Recordings:MaxBytesPerRecording is {options.MaxBytesPerRecording}; MaxBytes allows {options.MaxBytes} for all of them.";
        if (!ByteSize.TryParse(options.MinFree, out _))
            yield return $"Recordings:MinFree is '{options.MinFree}'; it must be a size such as 1g, or 0.";
        if (options.MaxAge <= TimeSpan.Zero || options.Interval <= TimeSpan.Zero)
            yield return "Recordings:MaxAge and Interval must be longer than nothing.";
    }
}
