namespace GuacAspire.ServiceDefaults;

/// <summary>What wants to be written, and so how much of the disk has to stay free beyond it.</summary>
public enum DiskUse
{
    /// <summary>What people have made: the last to be refused.</summary>
    Work = 1,

    /// <summary>What a desktop is launched with, which can be had again.</summary>
    Launch = 2,

    /// <summary>What somebody still has elsewhere: the first to be refused.</summary>
    Upload = 4,
}

/// <summary>
/// The part of a disk that nobody fills, asked for before every write: the less is left, the fewer kinds of things are still taken, and
/// what is saved goes on when uploads have long been refused.
/// </summary>
/// <param name="bytes">
/// How much stays free for <see cref="DiskUse.Work"/>, in bytes; for other uses that many times as much. Null for the usual, of a small disk no
/// more than a sixteenth.
/// </param>
public sealed class DiskFloor(long? bytes)
{
    private const long Usual = 256L << 20;
    private const int UsualPart = 16;

    // The system's own number, so that a floor is met as the end of the disk is.
    private static int NoSpace => OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    /// <summary>How much has to be left of a disk for a use.</summary>
    /// <param name="use">What for.</param>
    /// <param name="total">The size of the disk in bytes.</param>
    /// <returns>In bytes.</returns>
    public long For(DiskUse use, long total)
    {
        var floor = bytes ?? Math.Min(Usual, total / UsualPart);
        return floor > long.MaxValue / (int)use ? long.MaxValue : floor * (int)use;
    }

    /// <summary>Makes sure that there is room to write.</summary>
    /// <param name="folder">Where to. Of one that is not there, or does not tell, nobody knows better.</param>
    /// <param name="use">What for.</param>
    /// <param name="size">How many bytes, as far as that is known.</param>
    /// <exception cref="IOException">There is none; to <see cref="ExceptionExtensions.IsDiskFull"/> the disk is full.</exception>
    public void Require(string folder, DiskUse use, long size = 0)
    {
        if (Measure(folder) is { } disk && For(use, disk.Total) is var floor && disk.Free - size < floor)
            throw new IOException($"{disk.Free >> 20} MiB are left on the disk of {folder}, and {floor >> 20} MiB are to stay free.", NoSpace);
    }

    /// <summary>The same for a file that comes piece by piece.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="use">What for.</param>
    /// <returns>What is asked before each piece.</returns>
    public Pieces Along(string folder, DiskUse use) => new(this, folder, use);

    private static (long Free, long Total)? Measure(string folder)
    {
        try
        {
            return Directory.Exists(folder) && new DriveInfo(folder) is var drive ? (drive.AvailableFreeSpace, drive.TotalSize) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Looks at the disk now and then while a file grows.</summary>
    public sealed class Pieces
    {
        // How much may come before the disk is looked at again: others write as well.
        private const long Stretch = 16L << 20;

        private readonly DiskFloor _floor;
        private readonly string _folder;
        private readonly DiskUse _use;
        private long _since = Stretch;

        internal Pieces(DiskFloor floor, string folder, DiskUse use) => (_floor, _folder, _use) = (floor, folder, use);

        /// <summary>Makes sure that there is room for the next piece.</summary>
        /// <param name="size">Its size in bytes.</param>
        /// <exception cref="IOException">There is none.</exception>
        public void Require(int size)
        {
            if (_since >= Stretch)
            {
                _floor.Require(_folder, _use, size);
                _since = 0;
            }

            _since += size;
        }
    }
}
