using System.Text;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Recordings;
using Microsoft.Extensions.Configuration;

namespace GuacAspire.Tests.Unit.Gateway.Recordings;

public sealed class RecordingFolderTests : IDisposable
{
    private const string Row = "7ccfcb60-8fa3-3ee4-bd8d-0e2b7fc1b0a5";
    private const string Recorded = "4.size,1.0,4.1280,3.800;4.sync,1.1;";

    private readonly string _directory = Directory.CreateTempSubdirectory("guacaspire-").FullName;
    private readonly RecordingFolder _folder;

    public RecordingFolderTests() => _folder = new(Options(_directory));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_is_looked_for_unless_it_is_configured()
    {
        Write("a", Recorded);
        var folder = new RecordingFolder(GatewayOptions.Read(new ConfigurationBuilder().Build()));
        Assert.False(folder.IsEnabled);
        Assert.Empty(folder.Of(Row));
    }

    [Fact]
    public void The_files_in_the_folder_of_a_row_are_its_logs_by_what_they_are()
    {
        Write("screen", Recorded);
        Write("shell", "hello");
        Write("shell.timing", "0.1 5");
        Write("notes", "hello");
        Write("empty", "");
        var types = _folder.Of(Row).Values.ToDictionary(log => Path.GetFileName(log.Path), log => log.Type);
        Assert.Equal(ActivityLog.SessionRecording, types["screen"]);
        Assert.Equal(ActivityLog.Typescript, types["shell"]);
        Assert.Equal(ActivityLog.TypescriptTiming, types["shell.timing"]);
        Assert.Equal(ActivityLog.ServerLog, types["notes"]);
        Assert.Equal(ActivityLog.ServerLog, types["empty"]);
    }

    [Fact]
    public void What_was_looked_at_is_not_opened_again()
    {
        Write("screen", Recorded);
        Write("notes", "hello");
        Assert.Equal(2, _folder.Of(Row).Count);
        foreach (var name in (string[])["screen", "notes"])
        {
            // So that who opens one is found out.
            var path = Path.Combine(_directory, Row, name);
            var written = File.GetLastWriteTimeUtc(path);
            File.WriteAllText(path, name == "screen" ? "hello" : Recorded);
            File.SetLastWriteTimeUtc(path, written);
        }

        var types = _folder.Of(Row).Values.ToDictionary(log => Path.GetFileName(log.Path), log => log.Type);
        Assert.Equal(ActivityLog.SessionRecording, types["screen"]);
        Assert.Equal(ActivityLog.ServerLog, types["notes"]);
    }

    [Fact]
    public void What_grows_is_what_it_turns_out_to_be()
    {
        var path = Path.Combine(_directory, Row, "screen");
        Write("screen", "4.si");
        Assert.Equal(ActivityLog.ServerLog, Assert.Single(_folder.Of(Row).Values).Type);
        File.WriteAllText(path, Recorded);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(1));
        Assert.Equal(ActivityLog.SessionRecording, Assert.Single(_folder.Of(Row).Values).Type);
        File.AppendAllText(path, "not any more");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(2));
        Assert.Equal(ActivityLog.SessionRecording, Assert.Single(_folder.Of(Row).Values).Type);
    }

    [Fact]
    public void A_file_that_is_named_after_the_row_is_its_log()
    {
        File.WriteAllText(Path.Combine(_directory, Row), Recorded);
        Assert.Equal(ActivityLog.SessionRecording, Assert.Single(_folder.Of(Row).Values).Type);
    }

    // As java.util.UUID makes it of "file:/var/lib/guacamole/recordings/a/b".
    [Fact]
    public void A_log_is_named_as_the_stock_extension_names_it() =>
        Assert.Equal(Expected("file:/var/lib/guacamole/recordings/a/b"), RecordingFolder.Name("/var/lib/guacamole/recordings/a/b"));

    [Fact]
    public void What_grows_while_it_is_read_is_read_as_it_was()
    {
        Write("screen", Recorded);
        var log = Assert.Single(_folder.Of(Row).Values);
        using var opened = RecordingFolder.Open(log);
        File.AppendAllText(log.Path, Recorded);
        using var reader = new StreamReader(opened);
        Assert.Equal(Recorded.Length, opened.Length);
        Assert.Equal(Recorded, reader.ReadToEnd());
    }

    [Fact]
    public void No_link_leads_out_of_the_folder()
    {
        if (OperatingSystem.IsWindows())
            return;
        var secret = Path.Combine(_directory, "secret");
        File.WriteAllText(secret, Recorded);
        Write("screen", Recorded);
        File.CreateSymbolicLink(Path.Combine(_directory, Row, "link"), secret);
        var log = Assert.Single(_folder.Of(Row).Values);
        Assert.Equal("screen", Path.GetFileName(log.Path));

        // Nor one that takes a file's place after it was listed.
        File.Delete(log.Path);
        File.CreateSymbolicLink(log.Path, secret);
        Assert.Equal(404, Assert.Throws<GuacamoleException>(() => RecordingFolder.Open(log)).Status);

        Directory.CreateSymbolicLink(Path.Combine(_directory, "1" + Row[1..]), _directory);
        Assert.Empty(_folder.Of("1" + Row[1..]));
    }

    [Fact]
    public void What_is_removed_after_it_was_listed_is_not_found()
    {
        Write("screen", Recorded);
        var log = Assert.Single(_folder.Of(Row).Values);
        File.Delete(log.Path);
        Assert.Equal(404, Assert.Throws<GuacamoleException>(() => RecordingFolder.Open(log)).Status);
    }

    private static GatewayOptions Options(string directory) => GatewayOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("RECORDING_SEARCH_PATH", directory)]).Build());

    private static string Expected(string url)
    {
#pragma warning disable CA5351
        var hash = System.Security.Cryptography.MD5.HashData(
            [.. Guid.Parse("6ba7b811-9dad-11d1-80b4-00c04fd430c8").ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(url)]);
#pragma warning restore CA5351
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0F) | 0x30), (byte)((hash[8] & 0x3F) | 0x80));
        return new Guid(hash, bigEndian: true).ToString();
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(_directory, Row));
        File.WriteAllText(Path.Combine(_directory, Row, name), text);
    }
}
