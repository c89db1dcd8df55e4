using System.Globalization;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>
/// What guacd sends of a Blender session at 1280×800: now and then a whole picture, between them parts of it that change, each as images
/// in blobs of 6,048 bytes, and a sync after each frame. The images' content is noise, as that of compressed ones is.
/// </summary>
internal static class Replay
{
    private const int BlobBytes = 6048;

    /// <summary>A few megabytes of whole instructions, to be sent again and again.</summary>
    public static byte[] Session { get; } = Build(pictures: 4, updates: 40);

    /// <summary>One whole picture: what a tunnel gets before nothing happens any more.</summary>
    public static byte[] Picture { get; } = Build(pictures: 1, updates: 0);

    /// <summary>What guacd answers to a key: a small part of the screen is drawn.</summary>
    public static byte[] Update { get; } = Frame(new Random(2), 4_000, 1);

    private static byte[] Build(int pictures, int updates)
    {
        var random = new Random(1);
        using var session = new MemoryStream();
        for (var picture = 0; picture < pictures; picture++)
        {
            session.Write(Frame(random, 700_000, picture));
            for (var update = 0; update < updates; update++)
                session.Write(Frame(random, (int)Math.Exp(Math.Log(800) + (random.NextDouble() * Math.Log(100))), update));
        }

        return session.ToArray();
    }

    private static byte[] Frame(Random random, int imageBytes, int number)
    {
        var frame = new StringBuilder();
        Write(frame, "img", "1", "14", "0", "image/png", Number(random.Next(1280)), Number(random.Next(800)));
        var blob = new byte[BlobBytes];
        for (var left = imageBytes; left > 0; left -= BlobBytes)
        {
            random.NextBytes(blob);
            Write(frame, "blob", "1", Convert.ToBase64String(blob, 0, Math.Min(left, BlobBytes)));
        }

        Write(frame, "end", "1");
        Write(frame, "sync", Number(1_700_000_000 + number), "1");
        return Encoding.UTF8.GetBytes(frame.ToString());
    }

    private static void Write(StringBuilder output, params string[] elements) =>
        output.AppendJoin(',', elements.Select(element => $"{Number(element.Length)}.{element}")).Append(';');

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
