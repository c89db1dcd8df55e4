using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GuacAspire.Bench.Crowd;

/// <summary>One desktop of a house, its connection in Guacamole, its save, and what was recorded of it.</summary>
internal sealed record CrowdDesktop(string Id, string Connection, IPAddress Address, string Mesh, string Save, string Recording);

/// <summary>Desktops of one owner, and what lies on the disk of each: a save with its picture, and a recording.</summary>
internal sealed class CrowdHouse : IDisposable
{
    public const string Owner = "crowd";
    public const string AgentToken = "agent-token";

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int PictureBytes = 20_000;

    // So long ago that everybody's next save by itself is due, and not so long that an idle one is warned.
    private readonly DateTimeOffset _made = DateTimeOffset.UtcNow.AddMinutes(-3);

    /// <param name="size">How many desktops.</param>
    /// <param name="place">Tells the houses of one run apart: the second byte of their agents' addresses.</param>
    public CrowdHouse(int size, byte place)
    {
        Instance = string.Create(CultureInfo.InvariantCulture, $"crowd-{size}");
        Desktops = [.. Enumerable.Range(0, size).Select(number => Furnish(number, place))];
        foreach (var desktop in Desktops)
            Store(desktop);
    }

    public string Instance { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("crowd-").FullName;

    public string Recordings => Path.Combine(Folder, "recordings");

    public IReadOnlyList<CrowdDesktop> Desktops { get; }

    /// <summary>As the Provisioner writes moments into labels.</summary>
    public string MadeAt => _made.ToString("O", CultureInfo.InvariantCulture);

    private DateTimeOffset Saved => _made.AddHours(-1);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private CrowdDesktop Furnish(int number, byte place)
    {
        var random = RandomNumberGenerator.GetString(Alphabet, 14);
        // The Provisioner knows its own by a checksum in the name.
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Instance), Encoding.ASCII.GetBytes(random));
        var id = random + string.Concat(hash.Take(6).Select(part => Alphabet[part % Alphabet.Length]));
        return new(
            id,
            (number + 1).ToString(CultureInfo.InvariantCulture),
            new([127, place, (byte)(number / 250), (byte)(1 + (number % 250))]),
            string.Create(CultureInfo.InvariantCulture, $"mesh-{number}"),
            Saved.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + "-" + id,
            Guid.NewGuid().ToString("D"));
    }

    private void Store(CrowdDesktop desktop)
    {
        var shelf = Directory.CreateDirectory(Path.Combine(Folder, "saves", Hash(Owner), Hash(desktop.Mesh))).FullName;
        WriteJson(Path.Combine(shelf, "about.json"), new { Owner, desktop.Mesh, FileName = "cube.blend" });
        File.WriteAllBytes(Path.Combine(shelf, desktop.Save + ".blend"), "BLENDER"u8);
        File.WriteAllBytes(Path.Combine(shelf, desktop.Save + ".png"), new byte[PictureBytes]);

        var recorded = Directory.CreateDirectory(Path.Combine(Recordings, desktop.Recording)).FullName;
        var file = Path.Combine(recorded, desktop.Id);
        File.WriteAllBytes(file, new byte[100]);
        File.SetLastWriteTimeUtc(file, Saved.UtcDateTime);
        Directory.SetLastWriteTimeUtc(recorded, Saved.UtcDateTime);
        var places = new Dictionary<string, object> { [desktop.Recording] = new { Record = desktop.Connection, Log = "log", StartedAt = Saved } };
        WriteJson(
            Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "recorded")).FullName, desktop.Id + ".json"),
            new { Desktop = desktop.Id, Owner, desktop.Mesh, FileName = "cube.stl", Since = Saved, Recordings = places });
    }

    private static void WriteJson(string path, object value) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
