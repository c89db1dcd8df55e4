using System.Text;
using System.Text.Json;
using GuacAspire.Portal.Web.Meshes.Formats;
using GuacAspire.Portal.Web.Problems;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>To look through a file takes little memory, whoever made it.</summary>
public sealed class MeshCostTests
{
    private const int Bytes = 8 << 20;
    private const string Header =
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n";

    private const string Meshes = "\"meshes\":[{\"primitives\":[{\"indices\":0}]}],\"accessors\":[{\"count\":36}]";

    [Theory]
    [InlineData("{\"asset\":{},\"nodes\":[{\"mesh\":0}", ",{\"mesh\":0}", "]," + Meshes + "}", 12, 12)]
    [InlineData("{\"asset\":{},\"nodes\":[", "{},", "{}]," + Meshes + "}", 0, 12)]
    [InlineData("{\"asset\":{},\"meshes\":[{\"primitives\":[{\"mode\":4}", ",{\"indices\":0}", "]}],\"accessors\":[{\"count\":3}]}", 1, 0)]
    [InlineData("{\"asset\":{},\"accessors\":[{\"count\":3}", ",{\"count\":3}", "],\"meshes\":[{\"primitives\":[{\"indices\":0}]}]}", 0, 1)]
    [InlineData("{\"asset\":{},\"extras\":[[", "],[", "]]," + Meshes + "}", 0, 12)]
    [InlineData("{\"asset\":{},\"buffers\":[{\"uri\":\"data:,", "AAAA", "\"}]," + Meshes + "}", 0, 12)]
    [InlineData("{\"asset\":{},\"extras\":\"\\n", "\\u00e4é\\\"", "\"," + Meshes + "}", 0, 12)]
    [InlineData("{\"asset\":{},   ", " \n\t ", Meshes + "}", 0, 12)]
    public void A_glTF_is_counted_in_little_memory(string start, string one, string end, int each, int besides)
    {
        var text = Many(start, one, end, out var many);
        Assert.Equal(((long)each * many) + besides, Check(text, "gltf", Bytes));
    }

    [Theory]
    [InlineData("{\"asset\":{},\"extras\":1", "1", "}", 422)]
    [InlineData("{\"asset\":{},\"extras\":", "[", "}", 422)]
    [InlineData("{\"asset\":{},\"extras\":\"", "a", "", 422)]
    [InlineData("{\"asset\":{},\"extras\":\"", "aaaa", "\n\"}", 422)]
    [InlineData("{\"asset\":{},\"extras\":\"", "aaaa", "\\x\"}", 422)]
    [InlineData("{\"asset\":{},\"extras\":\"", "aaaa", "\\u00g0\"}", 422)]
    [InlineData("{\"asset\":{},\"meshes\":[", "1,", "1]}", 422)]
    [InlineData("{\"buffers\":[{\"uri\":\"", "data:", "\"}]}", 415)]
    [InlineData("{\"asset\":{},\"buffers\":[{\"uri\":\"/", "data:", "\"}]}", 422)]
    public void A_glTF_that_is_none_is_refused_in_little_memory(string start, string one, string end, int status)
    {
        var text = Many(start, one, end, out _);
        Assert.Equal(status, Assert.Throws<ApiException>(() => Check(text, "gltf", Bytes)).Status);
    }

    [Theory]
    [InlineData("obj", "v 0 0 0\nf 1 2 3\nf", " 1/2/3", "\n", 1, -1)]
    [InlineData("obj", "v 0 0 0\nf 1 2 3\n# ", "f 1 2 3 ", "", 0, 1)]
    [InlineData("stl", "solid\nfacet\n endfacet\n", "facet ", "\nendsolid\n", 0, 1)]
    [InlineData("ply", Header, "0 ", "\n3 0 0 0\n", 0, 1)]
    public void A_line_without_an_end_is_no_longer_than_another(string format, string start, string one, string end, int each, int besides)
    {
        var text = Many(start, one, end, out var many);
        Assert.Equal((each * many) + besides, Check(text, format, 1 << 20));
    }

    [Theory]
    [InlineData("ply\nformat ascii 1.0\ncomment end_header\nelement vertex 1\n", "property float x\n", "")]
    [InlineData("ply\nformat ascii 1.0\ncomment end_header", "!", "")]
    public void A_header_without_an_end_is_none(string start, string one, string end) => Assert.Equal(
        422, Assert.Throws<ApiException>(() => Check(Many(start, one, end, out _), "ply", 4 << 20)).Status);

    [Fact]
    public void What_counts_may_stand_in_any_order_and_be_referred_to_in_vain()
    {
        const string Text = """
            {"accessors":[{"count":9},{},{"count":7,"count":30},null],
             "nodes":[{"mesh":1},{"mesh":-1},{"mesh":7},{"name":"x","children":[{"mesh":0}]},{"mesh":1},{"mesh":null}],
             "asset":null,
             "meshes":[{"primitives":[{"indices":0}]},
                       {"primitives":[{"indices":2},{"attributes":{"NORMAL":1,"POSITION":0},"mode":5},
                                      {"indices":-1},{"indices":99},{"indices":1},{"indices":null}]},
                       null],
             "images":[{"uri":"data:x"},{"bufferView":1}]}
            """;
        Assert.Equal(2 * (10 + 7), Check(Text, "gltf", 4 << 20));
    }

    [Theory]
    [InlineData("\"nodes\":{}")]
    [InlineData("\"nodes\":[1]")]
    [InlineData("\"nodes\":[{\"mesh\":1.5}]")]
    [InlineData("\"accessors\":[{\"count\":null}]")]
    [InlineData("\"accessors\":[{\"count\":\"many\"}]")]
    [InlineData("\"meshes\":[{\"primitives\":{}}]")]
    [InlineData("\"meshes\":[{\"primitives\":[{\"attributes\":{\"NORMAL\":\"x\"}}]}]")]
    [InlineData("\"meshes\":[{\"primitives\":[{\"indices\":0}]}],\"accessors\":[{\"count\":99999999999}]")]
    public void What_is_not_what_glTF_has_in_its_place_is_damaged(string part) =>
        Assert.Equal(422, Assert.Throws<ApiException>(() => Check($"{{\"asset\":{{}},{part}}}", "gltf", 4 << 20)).Status);

    [Fact]
    public void What_is_JSON_is_read_and_nothing_else()
    {
        const string Changes = "\"\\{}[],: \n0e-u\u0001x";
        // A seed, so that whoever sees it fail sees it again.
        var random = new Random(20261130);
        var sample = $$"""
            {"asset":{"v":[1,-2.5e3,true,false,null,"\u00e4\n{{new string('x', 100)}}\\"]}, "é":{ },
             "buffers":[{"uri":"data:{{new string('A', 70_000)}}"}],"é":{ } }
            """;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(sample);
            for (var change = random.Next(3); change >= 0; change--)
            {
                // The long run of letters is not interesting but at its ends.
                var at = random.Next(2) == 0 ? random.Next(260) : bytes.Length - 1 - random.Next(80);
                bytes[at] = (byte)Changes[random.Next(Changes.Length)];
            }

            var shown = Encoding.UTF8.GetString(bytes).Replace(new string('A', 1000), "A*", StringComparison.Ordinal);
            Assert.True(IsJson(bytes) == CanWalk(bytes), shown);
        }
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool CanWalk(byte[] bytes)
    {
        try
        {
            using var file = new MemoryStream(bytes);
            new GltfWalk().Read(file, bytes.Length);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Many(string start, string one, string end, out int many)
    {
        many = Bytes / one.Length;
        return new StringBuilder(start, Bytes + 1024).Insert(start.Length, one, many).Append(end).ToString();
    }

    /// <summary>What is asked for of the heap is more than what lives there at any time.</summary>
    private static long? Check(string text, string format, long most)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                return MeshFormats.Check(path, format);
            }
            finally
            {
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
