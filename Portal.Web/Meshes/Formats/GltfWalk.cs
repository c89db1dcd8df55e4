using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Goes once through a glTF document, tells what it comes by, and keeps nothing.</summary>
internal sealed class GltfWalk
{
    private int _mesh;

    private delegate void Item(ref JsonTokens json, int index);

    /// <summary>Told of each node that shows a mesh: the mesh.</summary>
    public Action<int> OnNode { get; init; } = static _ => { };

    /// <summary>Told of each part of a mesh: the mesh, the accessor that has its corners, and how they are joined.</summary>
    public Action<int, int, int?> OnPrimitive { get; init; } = static (_, _, _) => { };

    /// <summary>Told of each accessor: its index, and how many values it has.</summary>
    public Action<int, long> OnAccessor { get; init; } = static (_, _) => { };

    public bool HasAsset { get; private set; }

    /// <summary>Whether buffers or images lie in files beside it.</summary>
    public bool NeedsOthers { get; private set; }

    /// <summary>Whether something is not what glTF has in its place.</summary>
    public bool IsMalformed { get; private set; }

    public int Meshes { get; private set; }

    public int Accessors { get; private set; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Read(Stream file, long bytes)
    {
        var json = new JsonTokens(file, bytes);
        json.Read();
        if (json.Type == JsonTokenType.StartObject)
        {
            while (json.ReadName())
                ReadSection(ref json);
        }
        else
        {
            Refuse(ref json);
        }

        // Nothing may follow, and that is found by reading on.
        json.Read();
    }

    private void ReadSection(ref JsonTokens json)
    {
        if (json.Is("meshes"u8))
            Meshes = ReadItems(ref json, ReadMesh);
        else if (json.Is("nodes"u8))
            ReadItems(ref json, ReadNode);
        else if (json.Is("accessors"u8))
            Accessors = ReadItems(ref json, ReadAccessor);
        else if (json.Is("buffers"u8) || json.Is("images"u8))
            ReadOthers(ref json);
        else
            ReadAny(ref json);
    }

    private void ReadAny(ref JsonTokens json)
    {
        HasAsset |= json.Is("asset"u8);
        json.Skip();
    }

    private int ReadItems(ref JsonTokens json, Item read)
    {
        var count = 0;
        json.Read();
        if (json.Type != JsonTokenType.StartArray)
        {
            RefuseUnlessNull(ref json);
            return count;
        }

        while (json.Read() && json.Type != JsonTokenType.EndArray)
        {
            if (json.Type == JsonTokenType.StartObject)
                read(ref json, count);
            else
                RefuseUnlessNull(ref json);
            count = checked(count + 1);
        }

        return count;
    }

    private void ReadMesh(ref JsonTokens json, int index)
    {
        _mesh = index;
        while (json.ReadName())
        {
            if (json.Is("primitives"u8))
                ReadItems(ref json, ReadPrimitive);
            else
                json.Skip();
        }
    }

    private void ReadPrimitive(ref JsonTokens json, int index)
    {
        var (indices, position, mode) = ((int?)null, (int?)null, (int?)null);
        while (json.ReadName())
        {
            if (json.Is("indices"u8))
                indices = ReadNumber(ref json);
            else if (json.Is("mode"u8))
                mode = ReadNumber(ref json);
            else if (json.Is("attributes"u8))
                position = ReadPosition(ref json);
            else
                json.Skip();
        }

        if ((indices ?? position) is { } accessor)
            OnPrimitive(_mesh, accessor, mode);
    }

    private int? ReadPosition(ref JsonTokens json)
    {
        int? position = null;
        json.Read();
        if (json.Type != JsonTokenType.StartObject)
        {
            RefuseUnlessNull(ref json);
            return position;
        }

        while (json.ReadName())
        {
            var isPosition = json.Is("POSITION"u8);
            var accessor = ReadNumber(ref json);
            if (isPosition)
                position = accessor;
        }

        return position;
    }

    private void ReadNode(ref JsonTokens json, int index)
    {
        while (json.ReadName())
        {
            if (!json.Is("mesh"u8))
                json.Skip();
            else if (ReadNumber(ref json) is { } mesh)
                OnNode(mesh);
        }
    }

    private void ReadAccessor(ref JsonTokens json, int index)
    {
        while (json.ReadName())
        {
            if (!json.Is("count"u8))
            {
                json.Skip();
                continue;
            }

            json.Read();
            if (json.TryGetNumber(out long count))
                OnAccessor(index, count);
            else
                Refuse(ref json);
        }
    }

    private int? ReadNumber(ref JsonTokens json)
    {
        json.Read();
        if (json.TryGetNumber(out int number))
            return number;
        RefuseUnlessNull(ref json);
        return null;
    }

    private void ReadOthers(ref JsonTokens json)
    {
        json.Read();
        if (json.Type != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.Type != JsonTokenType.EndArray)
        {
            if (json.Type == JsonTokenType.StartObject)
                ReadOther(ref json);
            else
                json.Skip();
        }
    }

    private void ReadOther(ref JsonTokens json)
    {
        while (json.ReadName())
        {
            var isAddress = json.Is("uri"u8);
            json.Read();
            NeedsOthers |= isAddress && !(json.Type == JsonTokenType.String && json.StartsWith("data:"u8));
            json.Skip();
        }
    }

    private void RefuseUnlessNull(ref JsonTokens json)
    {
        if (json.Type != JsonTokenType.Null)
            Refuse(ref json);
    }

    private void Refuse(ref JsonTokens json)
    {
        IsMalformed = true;
        json.Skip();
    }
}
