using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Recordings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class RecordingTests : IDisposable
{
    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("guacaspire-");
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("guacaspire-");
    private int _rows;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Delete(recursive: true);
        _files.Delete(recursive: true);
    }

    [Fact]
    public async Task It_is_switched_in_the_parameters_and_the_tunnels_are_opened_anew()
    {
        await using var host = New();
        var desktop = await host.LaunchReadyAsync();
        var (identifier, connection) = Assert.Single(host.Guacamole.Connections);
        var before = connection["parameters"]!.ToJsonString();
        host.Guacamole.Watched[identifier] = true;

        var on = await SwitchAsync(host, desktop.Id, on: true);
        Assert.NotNull(on.RecordingSince);
        Assert.Equal($"/tunnel-{identifier}", Assert.Single(host.Guacamole.Killed));
        var parameters = host.Guacamole.Connections[identifier]["parameters"]!;
        Assert.Equal("${HISTORY_PATH}/${HISTORY_UUID}", (string?)parameters["recording-path"]);
        Assert.Equal("true", (string?)parameters["create-recording-path"]);
        Assert.Null(parameters["recording-include-keys"]);

        // What is so already is left alone.
        Assert.Equal(on, await SwitchAsync(host, desktop.Id, on: true));
        Assert.Single(host.Guacamole.Killed);

        Assert.Null((await SwitchAsync(host, desktop.Id, on: false)).RecordingSince);
        Assert.Equal(2, host.Guacamole.Killed.Count);
        Assert.Equal(before, host.Guacamole.Connections[identifier]["parameters"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Guacamole:IsExternal", "true", "somebody else")]
    [InlineData("Recordings:Directory", "", "Recordings:Directory")]
    public async Task Where_it_cannot_be_it_is_refused_in_words(string setting, string value, string words)
    {
        await using var host = New(new() { [setting] = value });
        var desktop = await host.LaunchReadyAsync();
        using var answer = await PutAsync(host, desktop.Id, on: true);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        var problem = (await answer.Content.ReadFromJsonAsync<ProblemDetails>(Cancellation))!;
        Assert.Contains(words, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_desktop_that_is_launched_or_unknown_is_not_recorded()
    {
        await using var host = New();
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(host, desktop.Id, on: true)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(host, "nobody", on: true)).StatusCode);
    }

    [Fact]
    public async Task The_next_process_knows_by_the_parameters_that_it_is_recorded()
    {
        var first = New();
        var desktop = await first.LaunchReadyAsync();
        var on = await SwitchAsync(first, desktop.Id, on: true);
        await first.DisposeAsync();

        await using var second = New(runtime: first);
        Assert.Equal(on.RecordingSince, (await GetAsync<Desktop>(second, $"/desktops/{desktop.Id}")).RecordingSince);
    }

    [Fact]
    public async Task Whose_it_is_outlives_the_desktop_and_nobody_else_has_it()
    {
        await using var host = New();
        var desktop = await host.LaunchReadyAsync("anna", "cube");
        await SwitchAsync(host, desktop.Id, on: true);
        var running = Record(host, desktop.Id, bytes: 10);
        Assert.True(Assert.Single(await ListAsync(host, "anna")).Running);
        using var refused = await host.Http.DeleteAsync(PathOf(running, "anna"), Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        using var stopped = await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}?discard=true", UriKind.Relative), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        var recording = Assert.Single(await ListAsync(host, "anna"));
        Assert.Equal((running, "cube", desktop.Id, 10L, false),
            (recording.Id, recording.Mesh, recording.Desktop, recording.Bytes, recording.Running));
        Assert.Equal("1 log", await host.Http.GetStringAsync(PathOf(running, "anna", "/file"), Cancellation));

        Assert.Empty(await ListAsync(host, "ben"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(PathOf(running, "ben", "/file"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync(PathOf(running, "ben"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(PathOf("..%2F..", "anna", "/file"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync(PathOf(running, "anna"), Cancellation)).StatusCode);
        Assert.Empty(_files.GetDirectories());
    }

    [Fact]
    public async Task The_oldest_go_when_there_are_too_many_or_they_are_too_old()
    {
        await using var host = New(
            new() { ["Recordings:MaxBytes"] = "100", ["Recordings:MaxBytesPerRecording"] = "100", ["Recordings:MaxAge"] = "10.00:00:00" });
        var desktop = await host.LaunchReadyAsync();
        await SwitchAsync(host, desktop.Id, on: true);
        await SwitchAsync(host, desktop.Id, on: false);
        var ancient = Record(host, desktop.Id, bytes: 1, TimeSpan.FromDays(11));
        var old = Record(host, desktop.Id, bytes: 60, TimeSpan.FromDays(2));
        var recent = Record(host, desktop.Id, bytes: 60, TimeSpan.FromDays(1));
        var latest = Record(host, desktop.Id, bytes: 30, TimeSpan.FromHours(1));

        await host.Services.GetRequiredService<RecordingKeeper>().RunOnceAsync(Cancellation);
        Assert.Equal([latest, recent], (await ListAsync(host, "anna")).Select(recording => recording.Id));
        Assert.DoesNotContain(_files.GetDirectories(), folder => folder.Name == old || folder.Name == ancient);
    }

    [Fact]
    public async Task One_that_grows_beyond_its_bound_is_ended_and_its_owner_told()
    {
        await using var host = New(new() { ["Recordings:MaxBytesPerRecording"] = "100" });
        var desktop = await host.LaunchReadyAsync();
        await SwitchAsync(host, desktop.Id, on: true);
        host.Guacamole.Lines[Record(host, desktop.Id, bytes: 101)] = new(Assert.Single(host.Guacamole.Connections).Key, "somebody", 0);

        await host.Services.GetRequiredService<RecordingKeeper>().RunOnceAsync(Cancellation);
        var after = await GetAsync<Desktop>(host, $"/desktops/{desktop.Id}");
        Assert.Null(after.RecordingSince);
        Assert.Contains("The recording was ended", after.Message, StringComparison.Ordinal);
        Assert.Single(await ListAsync(host, "anna"));
    }

    [Fact]
    public async Task One_that_guacd_cannot_write_is_ended_and_its_owner_told()
    {
        await using var host = New();
        var desktop = await host.LaunchReadyAsync();
        await SwitchAsync(host, desktop.Id, on: true);
        host.Guacamole.Watched[Assert.Single(host.Guacamole.Connections).Key] = true;
        for (var round = 0; round < 4; round++)
            await host.Services.GetRequiredService<RecordingKeeper>().RunOnceAsync(Cancellation);
        var after = await GetAsync<Desktop>(host, $"/desktops/{desktop.Id}");
        Assert.Null(after.RecordingSince);
        Assert.Contains("could not write", after.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_who_is_gone_leaves_no_recording()
    {
        await using var host = New();
        using var made = await host.Http.PostAsync(new Uri("/guests", UriKind.Relative), null, Cancellation);
        var guest = (await made.Content.ReadFromJsonAsync<Guest>(Cancellation))!;
        var desktop = await host.LaunchReadyAsync(guest.Username);
        await SwitchAsync(host, desktop.Id, on: true);
        Record(host, desktop.Id, bytes: 10);
        Assert.Single(await ListAsync(host, guest.Username));
        using var gone = await host.Http.DeleteAsync(new Uri($"/guests/{guest.Username}", UriKind.Relative), Cancellation);
        Assert.Empty(_files.GetDirectories());
    }

    [Theory]
    [InlineData("Directory", "recordings")]
    [InlineData("MaxBytes", "many")]
    [InlineData("MaxBytesPerRecording", "20g")]
    [InlineData("MinFree", "some")]
    public void What_makes_no_sense_is_said_in_words(string option, string value)
    {
        var options = new RecordingsOptions();
        typeof(RecordingsOptions).GetProperty(option)!.SetValue(options, value);
        var failure = Assert.Single(new RecordingsOptionsValidator().Validate(null, options).Failures!);
        Assert.Contains($"Recordings:{option}", failure, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PutAsync(ProvisionerHost host, string desktop, bool on) =>
        await host.Http.PutAsJsonAsync($"/desktops/{desktop}/recording", new RecordingSwitch(on), Cancellation);

    private static async Task<Desktop> SwitchAsync(ProvisionerHost host, string desktop, bool on)
    {
        using var answer = await PutAsync(host, desktop, on);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
    }

    private static async Task<T> GetAsync<T>(ProvisionerHost host, string path) =>
        (await host.Http.GetFromJsonAsync<T>(path, Cancellation))!;

    private static Task<Recording[]> ListAsync(ProvisionerHost host, string owner) =>
        GetAsync<Recording[]>(host, $"/recordings?owner={owner}");

    private static Uri PathOf(string recording, string owner, string rest = "") =>
        new($"/recordings/{recording}{rest}?owner={owner}", UriKind.Relative);

    /// <summary>Leaves what guacd and Guacamole leave of a use of a desktop.</summary>
    private string Record(ProvisionerHost host, string desktop, int bytes, TimeSpan age = default)
    {
        var id = Guid.NewGuid().ToString();
        var at = TimeProvider.System.GetUtcNow() - age;
        var folder = _files.CreateSubdirectory(id);
        var file = Path.Combine(folder.FullName, desktop);
        File.WriteAllBytes(file, new byte[bytes]);
        File.SetLastWriteTimeUtc(file, at.UtcDateTime);
        folder.LastWriteTimeUtc = at.UtcDateTime;
        host.Guacamole.History.Enqueue(new JsonObject
        {
            ["identifier"] = $"{++_rows}",
            ["uuid"] = id,
            ["connectionName"] = desktop,
            ["startDate"] = (at - TimeSpan.FromMinutes(1)).ToUnixTimeMilliseconds(),
            ["logs"] = new JsonObject { ["log"] = new JsonObject { ["type"] = "GUACAMOLE_SESSION_RECORDING" } },
        });
        return id;
    }

    private ProvisionerHost New(Dictionary<string, string>? settings = null, ProvisionerHost? runtime = null) => new()
    {
        Store = _store.FullName,
        Runtime = runtime?.Runtime ?? new(),
        Guacamole = runtime?.Guacamole ?? new(),
        Settings = new Dictionary<string, string>(settings ?? [])
        {
            ["Recordings:Directory"] = settings?.GetValueOrDefault("Recordings:Directory") ?? _files.FullName,
            ["Recordings:MinFree"] = "0",
            ["Recordings:Interval"] = "01:00:00",
        },
    };
}
