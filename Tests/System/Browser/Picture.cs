using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>The pixels of a screenshot: a PNG as browsers write them, eight bits a channel, not interlaced.</summary>
internal sealed class Picture
{
    private readonly byte[] _png;
    private readonly byte[] _pixels;
    private readonly int _channels;

    private Picture(byte[] png, int width, int height, int channels, byte[] pixels)
    {
        (_png, Width, Height, _channels, _pixels) = (png, width, height, channels, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * _channels;
            return (_pixels[at], _pixels[at + 1], _pixels[at + 2]);
        }
    }

    public static Picture Decode(byte[] png)
    {
        var (width, height, channels) = (0, 0, 0);
        using var compressed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var data = png.AsSpan(at + 8, length);
            switch (Encoding.ASCII.GetString(png, at + 4, 4))
            {
                case "IHDR":
                    width = BinaryPrimitives.ReadInt32BigEndian(data);
                    height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
                    channels = (data[8], data[9], data[12]) switch
                    {
                        (8, 2, 0) => 3,
                        (8, 6, 0) => 4,
                        var other => throw new NotSupportedException($"A PNG of the kind {other}."),
                    };
                    break;
                case "IDAT":
                    compressed.Write(data);
                    break;
            }

            at += length + 12;
        }

        compressed.Position = 0;
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        return new Picture(png, width, height, channels, Unfilter(inflated, width * channels, height, channels));
    }

    /// <summary>Gives the pixels of a part, whose edges are shares of the whole.</summary>
    public IEnumerable<(byte Red, byte Green, byte Blue)> Part(double left, double top, double right, double bottom)
    {
        for (var y = (int)(top * Height); y < (int)(bottom * Height); y++)
        {
            for (var x = (int)(left * Width); x < (int)(right * Width); x++)
                yield return this[x, y];
        }
    }

    /// <summary>Writes it where a person can look at it after the run.</summary>
    public string Keep(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "TestResults", $"{name}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, _png);
        return path;
    }

    /// <summary>Each row was written as its difference to what is left of it and above it, in one of five ways.</summary>
    private static byte[] Unfilter(ZLibStream rows, int stride, int height, int channels)
    {
        var pixels = new byte[stride * height];
        var above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            var row = pixels.AsSpan(y * stride, stride);
            rows.ReadExactly(row);
            for (var x = 0; x < stride; x++)
            {
                var left = x < channels ? 0 : row[x - channels];
                var corner = x < channels ? 0 : above[x - channels];
                row[x] += (byte)(filter switch
                {
                    1 => left,
                    2 => above[x],
                    3 => (left + above[x]) / 2,
                    4 => Paeth(left, above[x], corner),
                    _ => 0,
                });
            }

            row.CopyTo(above);
        }

        return pixels;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var estimate = left + above - corner;
        var (byLeft, byAbove, byCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        return byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner;
    }
}
