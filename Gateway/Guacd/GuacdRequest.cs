using System.Buffers;
using System.Globalization;

namespace GuacAspire.Gateway.Guacd;

/// <summary>What the client's screen and ears can do.</summary>
internal sealed record ClientInformation(
    int Width, int Height, int Dpi, IReadOnlyList<string> Audio, IReadOnlyList<string> Video, IReadOnlyList<string> Image,
    string? Timezone, string? Name);

/// <summary>What is asked of guacd: a protocol, or the identifier of a running connection to join, with parameters.</summary>
internal sealed record GuacdRequest(string Select, IReadOnlyDictionary<string, string> Parameters, ClientInformation Client)
{
    private static readonly Version Latest = new(1, 5, 0);
    private static readonly Version WithTimezone = new(1, 1, 0);
    private static readonly Version WithName = new(1, 5, 0);

    /// <summary>The answer to guacd's <c>args</c>, in one piece.</summary>
    public byte[] Answer(IReadOnlyList<string> names)
    {
        var version = names.Count > 0 ? ParseVersion(names[0]) : null;
        var agreed = version is null || version <= Latest ? version : Latest;
        var values = names.Select((name, index) => index == 0 && agreed is not null
            ? string.Create(CultureInfo.InvariantCulture, $"VERSION_{agreed.Major}_{agreed.Minor}_{agreed.Build}")
            : Parameters.GetValueOrDefault(name, ""));

        var output = new ArrayBufferWriter<byte>();
        Instruction.Write(output, "size", Number(Client.Width), Number(Client.Height), Number(Client.Dpi));
        Instruction.Write(output, "audio", Client.Audio);
        Instruction.Write(output, "video", Client.Video);
        Instruction.Write(output, "image", Client.Image);
        if (agreed >= WithTimezone && Client.Timezone is { } timezone)
            Instruction.Write(output, "timezone", timezone);
        if (agreed >= WithName && Client.Name is { } name)
            Instruction.Write(output, "name", name);
        Instruction.Write(output, "connect", values);
        return output.WrittenSpan.ToArray();
    }

    private static Version? ParseVersion(string name) =>
        name.StartsWith("VERSION_", StringComparison.Ordinal)
            && Version.TryParse(name["VERSION_".Length..].Replace('_', '.'), out var version) && version.Build >= 0
            ? version
            : null;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
