using GuacAspire.ServiceDefaults;

namespace GuacAspire.Tests.Unit.ServiceDefaults;

/// <summary>What a power cut leaves: the order in which the disk is asked for things, and a cut at each of them.</summary>
public sealed class DurabilityTests : IDisposable
{
    private static readonly string[] FileSteps = ["sync file.partial", "move file.partial to file", "sync folder place"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("guacaspire-durable-");

    private string Place => Directory.CreateDirectory(Path.Combine(_directory.FullName, "place")).FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Bytes_come_before_the_name_and_the_name_before_the_word()
    {
        var (first, second) = (new Watched(), new Watched());
        WholeFile.Write(Path.Combine(Place, "file"), "new"u8, first);
        await WholeFile.WriteAsync(Path.Combine(Place, "file"), file => file.WriteAsync("newer"u8.ToArray()).AsTask(), second);
        Assert.Equal(FileSteps, first.Steps);
        Assert.Equal(FileSteps, second.Steps);
    }

    [Fact]
    public void A_cut_at_any_step_leaves_what_was_or_what_is()
    {
        var path = Path.Combine(Place, "file");
        for (var cut = 0; cut < FileSteps.Length; cut++)
        {
            WholeFile.Write(path, "old"u8);
            Assert.Throws<IOException>(() => WholeFile.Write(path, "new"u8, new Watched { CutAt = cut }));
            Assert.Equal(cut < 2 ? "old" : "new", File.ReadAllText(path));
            Assert.Single(Directory.GetFiles(Place));
        }
    }

    [Fact]
    public void A_folder_is_whole_before_it_has_its_name()
    {
        var aside = Directory.CreateDirectory(Path.Combine(Place, "folder.partial")).FullName;
        var disk = new Watched();
        WholeFolder.Place(aside, Path.Combine(Place, "folder"), disk);
        Assert.Equal(["sync folder folder.partial", "move folder.partial to folder", "sync folder place"], disk.Steps);
    }

    [Fact]
    public void A_folder_that_is_said_to_be_removed_is_gone_before_that_is_said()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Place, "folder")).FullName;
        File.WriteAllText(Path.Combine(folder, "file"), "content");
        var disk = new Watched();
        WholeFolder.Remove(folder, folder + ".partial", disk);
        Assert.Equal(["move folder to folder.partial", "sync folder place"], disk.Steps);
        Assert.Empty(Directory.GetFileSystemEntries(Place));
    }

    [Fact]
    public void Of_a_new_folder_each_level_above_it_knows()
    {
        var disk = new Watched();
        var folder = Path.Combine(Place, "owner", "mesh");
        WholeFolder.Create(folder, disk);
        WholeFolder.Create(folder, disk);
        Assert.Equal(["sync folder place", "sync folder owner"], disk.Steps);
        Assert.True(Directory.Exists(folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void A_folder_that_is_none_is_a_fault_and_one_that_is_there_is_not()
    {
        Disk.Real.SyncFolder(Place);
        Assert.Throws<IOException>(() => Disk.Real.SyncFolder(Path.Combine(Place, "missing")));
    }

    private sealed class Watched : Disk
    {
        public List<string> Steps { get; } = [];

        /// <summary>At which step the power fails, counted from 0; none if less.</summary>
        public int CutAt { get; init; } = -1;

        public override void SyncFile(FileStream file) => Do($"sync {Name(file.Name)}", () => base.SyncFile(file));

        public override void MoveFile(string from, string to) => Do($"move {Name(from)} to {Name(to)}", () => base.MoveFile(from, to));

        public override void MoveFolder(string from, string to) => Do($"move {Name(from)} to {Name(to)}", () => base.MoveFolder(from, to));

        public override void SyncFolder(string path) => Do($"sync folder {Name(path)}", () => base.SyncFolder(path));

        private static string Name(string path) => Path.GetFileName(path);

        private void Do(string step, Action action)
        {
            if (Steps.Count == CutAt)
                throw new IOException("The power failed.");
            Steps.Add(step);
            action();
        }
    }
}
