using GuacAspire.Provisioner.Recordings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What is known of recordings without looking into the folder of each.</summary>
public sealed class RecordingFilesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("guacaspire-");
    private readonly RecordingFiles _files;

    public RecordingFilesTests() =>
        _files = new(Options.Create(new RecordingsOptions { Directory = _directory.FullName }), _time);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_may_still_grow_is_looked_at_each_time_and_what_is_over_now_and_then()
    {
        var (growing, over) = (Write(TimeSpan.FromMinutes(1)), Write(TimeSpan.FromHours(1)));
        Assert.Equal(2, _files.List().Sum(file => file.Bytes));
        Append(growing, TimeSpan.FromMinutes(1));
        Append(over, TimeSpan.FromHours(1));
        Assert.Equal((2, 1), (BytesOf(growing), BytesOf(over)));
        Assert.Equal(2, _files.Find(over)!.Bytes);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((2, 2), (BytesOf(growing), BytesOf(over)));
    }

    [Fact]
    public void What_is_gone_is_gone_at_once_and_may_come_back()
    {
        var (ours, others) = (Write(TimeSpan.FromHours(1)), Write(TimeSpan.FromHours(1)));
        Assert.Equal(2, _files.List().Count);
        _files.Remove(ours);
        Directory.Delete(Path.Combine(_directory.FullName, others), recursive: true);
        Assert.Empty(_files.List());
        Append(others, TimeSpan.FromHours(1));
        Append(others, TimeSpan.FromHours(1));
        Assert.Equal(2, BytesOf(others));
    }

    private long BytesOf(string id) => _files.List().Single(file => file.Id == id).Bytes;

    private string Write(TimeSpan ago)
    {
        var id = Guid.NewGuid().ToString("D");
        Append(id, ago);
        return id;
    }

    private void Append(string id, TimeSpan ago)
    {
        var folder = _directory.CreateSubdirectory(id);
        var file = Path.Combine(folder.FullName, "desktop");
        File.AppendAllText(file, "x");
        var at = (_time.GetUtcNow() - ago).UtcDateTime;
        File.SetLastWriteTimeUtc(file, at);
        folder.LastWriteTimeUtc = at;
    }
}
