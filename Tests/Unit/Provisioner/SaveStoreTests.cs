using System.Text;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class SaveStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("guacaspire-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly DesktopRegistry _registry;
    private readonly SaveStore _store;

    public SaveStoreTests()
    {
        _registry = new(new(TestOptions.Desktops()), new(_time), new(), TestOptions.NoDrain, TestOptions.Desktops(), _time);
        _store = new(_registry, TestOptions.Desktops(options => options.DataDirectory = _directory), _time);
    }

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
        await Assert.ThrowsAsync<StoreException>(() => _store.AddAsync(claim, isCheckpoint: false, async file =>
        {
            await file.WriteAsync("ha"u8.ToArray());
            throw new IOException("broken off");
        }));
        Assert.Equal("whole", await File.ReadAllTextAsync(_store.Newest(claim)!.Path, TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFiles(_directory, "*.blend*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task In_place_of_a_checkpoint_that_was_replaced_the_newer_save_of_its_desktop_is_opened()
    {
        var claim = New("anna", "cube");
        var replaced = await SaveAsync(claim, "one", isCheckpoint: true);
        await SaveAsync(claim, "two", isCheckpoint: true);
        await SaveAsync(New("anna", "cube") with { Id = "other" }, "of another desktop");
        Assert.Equal(("two", true), await OpenAsync("anna", replaced.Name.Id));
        var last = await SaveAsync(claim, "three");
        Assert.Equal(("three", true), await OpenAsync("anna", replaced.Name.Id));
        Assert.Equal(("three", false), await OpenAsync("anna", last.Name.Id));

        Assert.Null(_store.Open("bert", replaced.Name.Id));
        // What somebody asked for is what it is, or nothing; and an older save takes nobody's place.
        Assert.Null(_store.Open("anna", replaced.Name.Id.Replace("-checkpoint", "", StringComparison.Ordinal)));
        Assert.Null(_store.Open("anna", (last.Name with { SavedAt = last.SavedAt.AddSeconds(1), IsCheckpoint = true }).Id));
        Assert.Null(_store.Open("anna", "../about"));
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

    [Fact]
    public async Task A_full_disk_is_said_in_words_and_damages_nothing()
    {
        var claim = New("anna", "cube");
        var earlier = await SaveAsync(claim, "whole");
        _time.Advance(TimeSpan.FromSeconds(1));
        // Linux' own full disk, where the file is going to be written.
        var next = new SaveName(_time.GetUtcNow().AddMilliseconds(10), claim.Id, IsCheckpoint: false);
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(earlier.Path)!, next.FileName + ".partial"), "/dev/full");
        var error = await Assert.ThrowsAsync<StoreException>(() => SaveAsync(claim, new string('x', 1 << 20)));
        Assert.Equal(507, error.Status);
        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        Assert.Equal("whole", await File.ReadAllTextAsync(_store.Newest(claim)!.Path, TestContext.Current.CancellationToken));
        Assert.Single(_store.List("anna"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await SaveAsync(claim, "after room was made");
        Assert.Equal(2, _store.List("anna").Count);
    }

    [Fact]
    public async Task What_is_kept_is_bounded_and_checkpoints_push_out_no_deliberate_save()
    {
        var claim = New("anna", "cube");
        for (var number = 0; number < 7; number++)
        {
            await SaveAsync(claim, "deliberate");
            for (var checkpoint = 0; checkpoint < 3; checkpoint++)
                await SaveAsync(claim, "by itself", isCheckpoint: true);
        }

        var kept = _store.List("anna");
        Assert.Equal(5, kept.Count(save => !save.Checkpoint));
        Assert.True(kept[0].Checkpoint && kept.Count == 6, "Of the checkpoints the newest alone is kept.");
        Assert.Equal("by itself", await File.ReadAllTextAsync(_store.Newest(claim)!.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_desktop_that_is_still_there_keeps_its_last_save_whatever_is_saved_in_others()
    {
        var claim = New("anna", "cube");
        var living = _registry.Adopt(claim);
        await SaveAsync(claim, "all that there is", isCheckpoint: true);
        for (var other = 0; other < 7; other++)
            await SaveAsync(claim with { Id = $"other{other}" }, "of another desktop");
        Assert.Equal("all that there is", await File.ReadAllTextAsync(_store.Newest(claim)!.Path, TestContext.Current.CancellationToken));

        living.TryBecome(GuacAspire.Contracts.DesktopState.Stopped, "Stopped");
        await SaveAsync(claim with { Id = "another" }, "of another desktop");
        Assert.Null(_store.Newest(claim));
    }

    [Fact]
    public async Task A_picture_is_found_with_its_save_and_goes_with_it()
    {
        var claim = New("anna", "cube");
        for (var i = 0; i < 7; i++)
        {
            await SaveStore.AddPictureAsync(await SaveAsync(claim, "work"), [1, 2, 3]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(_store.List("anna").All(save => save.HasPicture));
        Assert.Equal(_store.List("anna").Count, Directory.EnumerateFiles(_directory, "*.png", SearchOption.AllDirectories).Count());
        foreach (var save in _store.List("anna"))
            _store.Find("anna", save.Id)!.Value.File.Delete();
        Assert.Empty(Directory.EnumerateFiles(_directory, "*.png", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Everybody_finds_what_is_theirs_and_nothing_else()
    {
        await SaveAsync(New("anna", "cube"), "a");
        var bert = await SaveAsync(New("bert", "cube"), "bb");
        var save = Assert.Single(_store.List("bert"));
        Assert.Equal(("bert", "cube", "cube.blend", "abc", 2), (save.Owner, save.Mesh, save.FileName, save.Desktop, save.Bytes));
        Assert.Equal(bert.Path, _store.Find("bert", save.Id)!.Value.File.Path);
        Assert.Null(_store.Find("anna", save.Id));
        Assert.Null(_store.Find("bert", "../" + save.Id));
        _store.RemoveAllOf("bert");
        Assert.Empty(_store.List("bert"));
        Assert.Single(_store.List("anna"));
    }

    [Fact]
    public async Task What_is_being_saved_when_its_guest_goes_goes_as_well_and_nothing_more_is_taken()
    {
        var claim = New("guest", "cube");
        await SaveAsync(claim, "earlier");
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var saving = _store.AddAsync(claim, isCheckpoint: false, async file =>
        {
            await file.WriteAsync("late"u8.ToArray());
            begun.SetResult();
            await gate.Task;
        });
        await begun.Task;
        _store.RemoveAllOf("guest");
        Assert.Empty(_store.List("guest"));
        gate.SetResult();
        await Assert.ThrowsAsync<OwnerGoneException>(() => saving);
        await Assert.ThrowsAsync<OwnerGoneException>(() => SaveAsync(claim, "later"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_directory, "saves")));
        await SaveAsync(New("anna", "cube"), "of somebody else");
    }

    [Fact]
    public async Task Of_all_that_one_has_saved_the_oldest_goes_when_it_is_too_much()
    {
        var options = TestOptions.Desktops(options => (options.DataDirectory, options.SavesMaxBytes) = (_directory, "2k"));
        var store = new SaveStore(_registry, options, _time);
        _registry.Adopt(New("anna", "mesh0") with { Id = "living" });
        for (var mesh = 0; mesh < 6; mesh++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            var claim = New("anna", $"mesh{mesh}") with { Id = mesh == 0 ? "living" : $"d{mesh}" };
            await store.AddAsync(claim, isCheckpoint: false, file => file.WriteAsync(new byte[600]).AsTask());
        }

        Assert.Equal(["mesh5", "mesh4", "mesh0"], store.List("anna").Select(save => save.Mesh));
    }

    [Fact]
    public async Task Where_too_little_is_free_nothing_is_saved_and_that_is_said()
    {
        var options = TestOptions.Desktops(options => (options.DataDirectory, options.MinFree) = (_directory, "8000000g"));
        var store = new SaveStore(_registry, options, _time);
        var error = await Assert.ThrowsAsync<StoreException>(
            () => store.AddAsync(New("anna", "cube"), isCheckpoint: false, _ => Task.CompletedTask));
        Assert.Equal(507, error.Status);
    }

    [Fact]
    public async Task One_save_is_found_without_a_look_at_all_others()
    {
        var wanted = await SaveAsync(New("anna", "cube"), "wanted");
        var other = await SaveAsync(New("anna", "cone"), "other");
        // Nobody can read what is written on the other folder.
        var label = Path.Combine(Path.GetDirectoryName(other.Path)!, "about.json");
        File.Delete(label);
        File.CreateSymbolicLink(label, label);
        Assert.Equal(wanted.Path, _store.Find("anna", wanted.Name.Id)!.Value.File.Path);
        File.Delete(label);
    }

    [Fact]
    public async Task Where_a_save_was_seen_last_is_a_hint_and_no_proof()
    {
        var (own, other) = (await SaveAsync(New("anna", "cube"), "own"), await SaveAsync(New("bert", "cube"), "other"));
        Assert.Equal(2, _store.List("anna").Concat(_store.List("bert")).Count());
        Assert.Equal(own.Path, _store.Find("anna", own.Name.Id)!.Value.File.Path);
        Assert.Null(_store.Find("anna", other.Name.Id));

        own.Delete();
        Assert.Null(_store.Find("anna", own.Name.Id));
        _store.RemoveAllOf("bert");
        Assert.Null(_store.Find("bert", other.Name.Id));
    }

    [Fact]
    public async Task What_is_too_old_goes_and_what_a_killed_process_left_too()
    {
        var retention = new SaveRetention(
            _store, _registry, TestOptions.Desktops(options => options.DataDirectory = _directory), _time,
            NullLogger<SaveRetention>.Instance);
        var old = await SaveAsync(New("guest-1", "cube"), "of a guest");
        await SaveAsync(New("anna", "cube"), "of an account");
        var partial = old.Path + ".partial";
        await File.WriteAllTextAsync(partial, "hal", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(partial, _time.GetUtcNow().UtcDateTime.AddHours(-2));

        _time.Advance(TimeSpan.FromDays(2));
        retention.Sweep(owner => false);
        Assert.False(File.Exists(partial));
        Assert.Single(_store.List("guest-1"));
        retention.Sweep(owner => owner == "guest-1");
        Assert.Empty(_store.List("guest-1"));
        Assert.Single(_store.List("anna"));
        _time.Advance(TimeSpan.FromDays(29));
        retention.Sweep(owner => false);
        Assert.Empty(_store.List("anna"));

        // Nor does anything stay of who has nothing.
        foreach (var owner in Directory.GetDirectories(Path.Combine(_directory, "saves")))
        {
            foreach (var label in Directory.GetFiles(owner, "*", SearchOption.AllDirectories))
                File.SetLastWriteTimeUtc(label, _time.GetUtcNow().UtcDateTime.AddHours(-2));
        }

        retention.Sweep(owner => false);
        foreach (var owner in Directory.GetDirectories(Path.Combine(_directory, "saves")))
            Directory.SetLastWriteTimeUtc(owner, _time.GetUtcNow().UtcDateTime.AddHours(-2));
        retention.Sweep(owner => false);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_directory, "saves")));
    }

    private async Task<(string Text, bool IsNewer)> OpenAsync(string owner, string id)
    {
        var opened = _store.Open(owner, id)!;
        using var reader = new StreamReader(opened.Content);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken), opened.IsNewer);
    }

    private static DesktopClaim New(string owner, string mesh) => new("abc", owner, mesh, "cube.stl", null, DateTimeOffset.UnixEpoch);

    private Task<SavedFile> SaveAsync(DesktopClaim claim, string text, bool isCheckpoint = false)
    {
        _time.Advance(TimeSpan.FromMilliseconds(10));
        return _store.AddAsync(claim, isCheckpoint, file => file.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());
    }
}
