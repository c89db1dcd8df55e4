using GuacAspire.ServiceDefaults;

namespace GuacAspire.Tests.Unit.ServiceDefaults;

public sealed class WholeFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("guacaspire-whole-");

    private string Place => Path.Combine(_directory.FullName, "file");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_file_replaces_the_one_before_and_leaves_nothing_beside_it()
    {
        WholeFile.Write(Place, "old"u8);
        WholeFile.Write(Place, "new"u8);
        Assert.Equal("new", await File.ReadAllTextAsync(Place, TestContext.Current.CancellationToken));
        await WholeFile.WriteAsync(Place, file => file.WriteAsync("newer"u8.ToArray()).AsTask());
        Assert.Equal("newer", await File.ReadAllTextAsync(Place, TestContext.Current.CancellationToken));
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public async Task On_a_full_disk_everything_is_as_it_was()
    {
        WholeFile.Write(Place, "old"u8);
        for (var time = 0; time < 2; time++)
        {
            File.CreateSymbolicLink(Place + WholeFile.Partial, "/dev/full");
            var failure = time == 0
                ? Assert.Throws<IOException>(() => WholeFile.Write(Place, "new"u8))
                : await Assert.ThrowsAsync<IOException>(
                    () => WholeFile.WriteAsync(Place, file => file.WriteAsync("new"u8.ToArray()).AsTask()));
            Assert.True(failure.IsDiskFull());
            Assert.Equal("old", await File.ReadAllTextAsync(Place, TestContext.Current.CancellationToken));
            Assert.Single(_directory.GetFiles());
        }
    }

    [Fact]
    public void What_is_missing_is_no_full_disk()
    {
        var failure = Assert.Throws<DirectoryNotFoundException>(() => WholeFile.Write(Path.Combine(Place, "file"), "new"u8));
        Assert.False(failure.IsDiskFull());
    }
}
