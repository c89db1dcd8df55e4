using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>Native memory that lives as long as one call needs it.</summary>
internal sealed unsafe class NativeBlocks : IDisposable
{
    private readonly List<nint> _blocks = [];

    public nint Allocate(int size)
    {
        var block = (nint)NativeMemory.AllocZeroed((nuint)size);
        _blocks.Add(block);
        return block;
    }

    public nint Text(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var block = Allocate(bytes.Length + 1);
        Marshal.Copy(bytes, 0, block, bytes.Length);
        return block;
    }

    public nint Texts(IReadOnlyList<string> texts)
    {
        var block = Allocate((texts.Count + 1) * nint.Size);
        for (var i = 0; i < texts.Count; i++) Marshal.WriteIntPtr(block, i * nint.Size, Text(texts[i]));
        return block;
    }

    public void Dispose()
    {
        foreach (var block in _blocks) NativeMemory.Free((void*)block);
        _blocks.Clear();
    }
}
