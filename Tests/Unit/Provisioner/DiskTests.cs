using System.Net;
using System.Text;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Saving;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>The disk and the studio are everybody's.</summary>
public class DiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void What_people_have_made_is_refused_last()
    {
        var floor = new DiskFloor(100);
        Assert.Equal((100, 200, 400), (floor.For(DiskUse.Work, 1), floor.For(DiskUse.Launch, 1), floor.For(DiskUse.Upload, 1)));
        floor.Require(Path.GetTempPath(), DiskUse.Upload);
        var error = Assert.Throws<IOException>(() => new DiskFloor(long.MaxValue).Require(Path.GetTempPath(), DiskUse.Work));
        Assert.True(error.IsDiskFull());
        new DiskFloor(long.MaxValue).Require("/there is no such folder", DiskUse.Work);
    }

    [Fact]
    public void Of_a_small_disk_no_more_than_a_part_stays_free_unless_somebody_says_so()
    {
        var usual = new DiskFloor(null);
        Assert.Equal(256L << 20, usual.For(DiskUse.Work, 1L << 40));
        Assert.Equal(4L << 20, usual.For(DiskUse.Work, 64L << 20));
        Assert.Equal(16L << 20, usual.For(DiskUse.Upload, 64L << 20));
        Assert.Equal(1L << 30, new DiskFloor(1L << 30).For(DiskUse.Work, 64L << 20));
    }

    [Fact]
    public async Task A_launch_without_room_is_refused_in_words_and_leaves_nothing()
    {
        await using var host = new ProvisionerHost { Options = { ["MinFree"] = "4000000g" } };
        using var form = ProvisionerHost.Form();
        using var answer = await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        Assert.Contains("disk is full", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task Whoever_has_one_picture_to_be_taken_does_not_wait_for_all_of_somebody_else()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var host = new ProvisionerHost { Time = time, OwnRounds = [typeof(SavePhotographer)] };
        host.Agents.Picture = [0x89, .. "PNG\r\n\u001a\n"u8];
        var store = host.Services.GetRequiredService<SaveStore>();
        var photographer = host.Services.GetRequiredService<SavePhotographer>();
        for (var mesh = 0; mesh < 10; mesh++)
            photographer.Note(await SaveAsync(store, "anna", $"mesh{mesh}"));
        photographer.Note(await SaveAsync(store, "bert", "mesh"));
        time.Advance(TimeSpan.FromMinutes(1));
        await photographer.RunOnceAsync(Cancellation);
        Assert.Equal(11, host.Agents.Opened.Count);
        Assert.InRange(host.Agents.Opened.FindIndex(file => file.Content == "bert mesh"), 0, 1);
    }

    private static Task<SavedFile> SaveAsync(SaveStore store, string owner, string mesh) => store.AddAsync(
        new("desktop", owner, mesh, "cube.stl", null, DateTimeOffset.UnixEpoch), isCheckpoint: false,
        file => file.WriteAsync(Encoding.UTF8.GetBytes($"{owner} {mesh}")).AsTask());
}
