using System.Numerics;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>
/// Numbers by index, of those indexes alone that were asked for: a bit for each that is possible, and four bytes for each that is kept.
/// </summary>
internal sealed class IndexCounts(int capacity)
{
    private const int Bits = 64;

    private readonly ulong[] _asked = new ulong[(capacity + Bits - 1) / Bits];
    private int[] _before = [];
    private uint[] _numbers = [];

    public bool IsEmpty => _numbers.Length == 0;

    /// <summary>The number of an index; 0 for one that is not kept.</summary>
    public uint this[int index]
    {
        get => Find(index) is >= 0 and var at ? _numbers[at] : 0;
        set
        {
            if (Find(index) is >= 0 and var at)
                _numbers[at] = value;
        }
    }

    /// <summary>Notes that an index is of interest.</summary>
    public void Ask(int index)
    {
        if (index >= 0 && index < capacity)
            _asked[index / Bits] |= 1UL << index;
    }

    /// <summary>Makes room for the indexes that were asked for and are below the limit.</summary>
    public void Keep(int limit)
    {
        _before = new int[_asked.Length];
        var kept = 0;
        for (var word = 0; word < _asked.Length; word++)
        {
            _asked[word] &= Below(limit - ((long)word * Bits));
            _before[word] = kept;
            kept += BitOperations.PopCount(_asked[word]);
        }

        _numbers = new uint[kept];
    }

    private static ulong Below(long limit) => limit >= Bits ? ulong.MaxValue : limit <= 0 ? 0 : (1UL << (int)limit) - 1;

    private int Find(int index)
    {
        if (index < 0 || index >= capacity || _before.Length == 0)
            return -1;
        var word = _asked[index / Bits];
        var bit = 1UL << index;
        return (word & bit) == 0 ? -1 : _before[index / Bits] + BitOperations.PopCount(word & (bit - 1));
    }
}
