using System.Text;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class SaveStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("guacaspire-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly SaveStore _store;

    public SaveStoreTests() => _store = new(TestOptions.Desktops(options => options.DataDirectory = _directory), _time);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_newest_save_is_the_one_that_is_found()
    {
        var claim = New("anna", "cube");
        Assert.Null(_store.Newest(claim));
        await SaveAsync(claim, "one");
        _time.Advance(TimeSpan.FromSeconds(1));
        await SaveAsync(claim, "two");
        var newest = _store.Newest(claim)!;
        Assert.Equal("two", await File.ReadAllTextAsync(newest.Path, TestContext.Current.CancellationToken));
        Assert.Equal(_time.GetUtcNow(), newest.SavedAt);
    }

    [Fact]
    public async Task A_save_that_breaks_off_leaves_the_one_before_it()
    {
        var claim = New("anna", "cube");
        await SaveAsync(claim, "whole");
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<IOException>(() => _store.AddAsync(claim, async file =>
        {
            await file.WriteAsync("ha"u8.ToArray());
            throw new IOException("broken off");
        }));
        Assert.Equal("whole", await File.ReadAllTextAsync(_store.Newest(claim)!.Path, TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../../etc", "passwd")]
    [InlineData("anna", "../../../x")]
    [InlineData("/", "nul\0l")]
    public async Task No_name_leads_out_of_the_store(string owner, string mesh)
    {
        var saved = await SaveAsync(New(owner, mesh), "x");
        Assert.StartsWith(_directory + Path.DirectorySeparatorChar, Path.GetFullPath(saved.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_and_meshes_are_kept_apart()
    {
        await SaveAsync(New("user--foo", "x"), "1");
        Assert.Null(_store.Newest(New("user", "foo--x")));
        Assert.Null(_store.Newest(New("USER--FOO", "x")));
    }

    private static DesktopClaim New(string owner, string mesh) => new("abc", owner, mesh, "cube.stl", null, DateTimeOffset.UnixEpoch);

    private Task<SavedFile> SaveAsync(DesktopClaim claim, string text) =>
        _store.AddAsync(claim, file => file.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());
}
