using System.Text.Json;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>The pixels of a screenshot.</summary>
internal sealed class Picture(int width, int height, byte[] rgba, byte[] png)
{
    // The browser is there and knows how to read its own pictures.
    private const string Decode = """
        async (png) => {
          const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const context = canvas.getContext('2d');
          context.drawImage(bitmap, 0, 0);
          const data = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
          let text = '';
          for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
          return { width: bitmap.width, height: bitmap.height, data: btoa(text) };
        }
        """;

    public int Width => width;

    public int Height => height;

    public static async Task<Picture> DecodeAsync(IBrowserContext context, byte[] png)
    {
        var blank = await context.NewPageAsync();
        try
        {
            var decoded = await blank.EvaluateAsync<JsonElement>(Decode, Convert.ToBase64String(png));
            return new Picture(
                decoded.GetProperty("width").GetInt32(), decoded.GetProperty("height").GetInt32(), decoded.GetProperty("data").GetBytesFromBase64(), png);
        }
        finally
        {
            await blank.CloseAsync();
        }
    }

    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            var at = ((y * width) + x) * 4;
            return (rgba[at], rgba[at + 1], rgba[at + 2]);
        }
    }

    /// <summary>Gives the pixels of a part, whose edges are shares of the whole.</summary>
    public IEnumerable<(byte Red, byte Green, byte Blue)> Part(double left, double top, double right, double bottom)
    {
        for (var y = (int)(top * height); y < (int)(bottom * height); y++)
        {
            for (var x = (int)(left * width); x < (int)(right * width); x++)
                yield return this[x, y];
        }
    }

    /// <summary>Writes it where a person can look at it after the run.</summary>
    public string Keep(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "TestResults", $"{name}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, png);
        return path;
    }
}
