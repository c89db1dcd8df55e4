using System.Buffers.Binary;
using System.Text;
using GuacAspire.Portal.Web.Meshes.Formats;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class MeshFormatTests
{
    private const string Cube = """
        {"asset":{"version":"2.0"},
         "nodes":[{"mesh":0},{"mesh":0},{"children":[0,1]}],
         "meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1},{"attributes":{"POSITION":0},"mode":1}]}],
         "accessors":[{"count":24},{"count":36}]}
        """;

    [Theory]
    [InlineData("solid a\nfacet normal 0 0 1\nendfacet\nfacet normal 0 0 1\nendfacet\nendsolid a\n", "stl", 2)]
    [InlineData("# Blender\nmtllib a.mtl\no A\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1/1/1 2/2/1 3/3/1 4/4/1\nf 1 2 3\n", "obj", 3)]
    [InlineData("ply\nformat ascii 1.0\ncomment x\nelement vertex 2\nproperty float x\nelement face 2\nproperty list uchar int vertex_indices\nend_header\n0\n1\n3 0 1 2\n5 0 1 2 3 4\n", "ply", 4)]
    [InlineData(Cube, "gltf", 24)]
    public void Text_is_counted(string content, string format, int triangles) =>
        Assert.Equal(triangles, Check(Encoding.UTF8.GetBytes(content), format));

    [Fact]
    public void A_binary_stl_is_counted_even_when_its_header_says_solid()
    {
        var file = new byte[84 + (3 * 50)];
        "solid "u8.CopyTo(file);
        file[80] = 3;
        Assert.Equal(3, Check(file, "stl"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_binary_ply_is_counted(bool bigEndian)
    {
        var header =
            $"ply\nformat binary_{(bigEndian ? "big" : "little")}_endian 1.0\nelement vertex 2\nproperty double x\nproperty uchar red\n"
            + "element face 2\nproperty uchar flags\nproperty list ushort uint vertex_indices\nend_header\n";
        using var file = new MemoryStream();
        file.Write(Encoding.ASCII.GetBytes(header));
        file.Write(new byte[2 * 9]);
        foreach (var corners in new ushort[] { 3, 4 })
        {
            file.WriteByte(7);
            var count = new byte[2];
            if (bigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(count, corners);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(count, corners);
            file.Write(count);
            file.Write(new byte[corners * 4]);
        }

        Assert.Equal(3, Check(file.ToArray(), "ply"));
    }

    [Fact]
    public void A_glb_is_counted_as_often_as_its_mesh_is_shown()
    {
        var json = Encoding.UTF8.GetBytes(Cube);
        var file = new byte[20 + json.Length];
        "glTF"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), (uint)file.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), (uint)json.Length);
        "JSON"u8.CopyTo(file.AsSpan(16));
        json.CopyTo(file, 20);
        Assert.Equal(24, Check(file, "glb"));
    }

    [Fact]
    public void What_only_Blender_can_count_has_no_count()
    {
        Assert.Null(Check("BLENDER-v403RENDH"u8.ToArray(), "blend"));
        Assert.Null(Check([0x28, 0xB5, 0x2F, 0xFD, 0, 0], "blend"));
        Assert.Null(Check("Kaydara FBX Binary  \0\x1a\0"u8.ToArray(), "fbx"));
    }

    private static long? Check(byte[] content, string format)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            return MeshFormats.Check(path, format);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
