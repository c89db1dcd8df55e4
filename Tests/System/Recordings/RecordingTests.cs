using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Recordings;

/// <summary>Recording on request, from the switch to what is heard of it in Guacamole's history.</summary>
public sealed class RecordingTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADesktopOfThePoolIsRecordedAndTheRecordingStays()
    {
        await using var guest = await system.SignInAsGuestAsync();
        await Eventually.TrueAsync(
            async () => (await guest.Http.GetFromJsonAsync<JsonElement>("/api/limits", Cancelled)).GetProperty("pool").GetInt32() > 0,
            "a desktop to stand ready",
            AtMost.Minutes(2));
        var desktop = await guest.LaunchReadyAsync("watering-can");
        Assert.Contains("guacaspire.pool", (await system.Engine.DesktopAsync(desktop.Id)).Config.Labels.Keys);

        await using var before = await Tunnel.OpenAsync(system, await guest.TicketAsync(desktop.Id));
        await before.ReadUntilAsync("sync");
        Assert.NotNull((await SwitchAsync(guest, desktop.Id, on: true)).RecordingSince);
        await EndsAsync(before);
        var again = await SwitchAsync(guest, desktop.Id, on: true);
        Assert.Equal(again.RecordingSince, Assert.Single(await guest.DesktopsAsync()).RecordingSince);

        await using var during = await Tunnel.OpenAsync(system, await guest.TicketAsync(desktop.Id));
        await during.ReadUntilAsync("sync");
        await DragAsync(during);
        Assert.Null((await SwitchAsync(guest, desktop.Id, on: false)).RecordingSince);
        await EndsAsync(during);

        var recording = await SettledAsync(guest);
        Assert.Equal((desktop.Id, "watering-can", false), (recording.Desktop, recording.Mesh, recording.Running));
        var file = await guest.Http.GetByteArrayAsync(PathOf(recording, "/file"), Cancelled);
        Assert.Equal(recording.Bytes, file.Length);
        var instructions = Instructions.Parse(Encoding.UTF8.GetString(file)).Select(instruction => instruction[0]).ToHashSet();
        Assert.Superset(new HashSet<string> { "size", "img", "blob", "sync", "mouse" }, instructions);
        Assert.DoesNotContain("key", instructions);

        await IsInTheHistoryAsync(desktop.Id, recording, file);
        await using var stranger = await system.SignInAsGuestAsync();
        Assert.Empty(await ListAsync(stranger));
        using var theirs = await stranger.Http.GetAsync(PathOf(recording, "/file"), Cancelled);
        await PortalClient.ReadProblemAsync(theirs, HttpStatusCode.NotFound);

        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        Assert.Equal(recording, Assert.Single(await ListAsync(guest)));
        using var removed = await guest.Http.DeleteAsync(PathOf(recording), Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Empty(await ListAsync(guest));
        Assert.False(Directory.Exists(Path.Combine(system.RecordingsDirectory, recording.Id)), "What was removed is still on the disk.");
    }

    [Fact]
    public async Task AKilledProvisionerGoesOnWithTheRecording()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var since = (await SwitchAsync(guest, desktop.Id, on: true)).RecordingSince;
        await using (await Onlooker.OpenAsync(system, await guest.TicketAsync(desktop.Id)))
        {
            await system.KillProjectAsync("provisioner");
            await system.AwaitReturnAsync("provisioner");
            var adopted = await Eventually.GetAsync(
                async () =>
                {
                    using var answer = await guest.GetDesktopAsync(desktop.Id);
                    return answer.IsSuccessStatusCode ? await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.OK) : null;
                },
                found => found is not null,
                "the desktop to be known again");
            Assert.Equal(since, adopted!.RecordingSince);
            var running = Assert.Single(await ListAsync(guest));
            Assert.True(running.Running, "What is being recorded does not say so.");
            using var refused = await guest.Http.DeleteAsync(PathOf(running), Cancelled);
            await PortalClient.ReadProblemAsync(refused, HttpStatusCode.Conflict);
        }

        // Registered again behind its back, it is recorded still.
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        Assert.True(await admin.DeleteConnectionAsync(desktop.Id), "There was no connection to delete.");
        await Eventually.TrueAsync(async () => (await admin.ConnectionNamesAsync()).Contains(desktop.Id), "the connection to be restored");
        Assert.Equal("${HISTORY_PATH}/${HISTORY_UUID}", (await admin.ParametersOfAsync(desktop.Id))["recording-path"]);
    }

    private static async Task<Desktop> SwitchAsync(PortalClient guest, string desktop, bool on)
    {
        using var answer = await guest.Http.PutAsJsonAsync($"/api/desktops/{desktop}/recording", new { on }, Cancelled);
        return await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.OK);
    }

    private static async Task<Recording[]> ListAsync(PortalClient guest) =>
        await guest.Http.GetFromJsonAsync<Recording[]>("/api/recordings", Cancelled) ?? [];

    /// <summary>guacd ends a little later than the tunnel, and what it still had to write comes in pieces.</summary>
    private static async Task<Recording> SettledAsync(PortalClient guest)
    {
        Recording? last = null;
        return await Eventually.GetAsync(
            async () =>
            {
                var before = last;
                last = Assert.Single(await ListAsync(guest));
                return last == before && TimeProvider.System.GetUtcNow() - last.EndedAt > AtMost.Seconds(2) ? last : null!;
            },
            settled => settled is not null,
            "the recording to be whole");
    }

    private static string PathOf(Recording recording, string rest = "") => $"/api/recordings/{recording.Id}{rest}";

    private static async Task EndsAsync(Tunnel tunnel)
    {
        await foreach (var instruction in tunnel.ReadAsync())
        {
            if (instruction[0] == "sync")
                await tunnel.SendAsync("sync", instruction[1]);
        }

        Assert.NotNull(tunnel.CloseStatus);
    }

    private static async Task DragAsync(Tunnel tunnel)
    {
        for (var x = 500; x <= 700; x += 20)
        {
            await tunnel.SendAsync("mouse", x.ToString(CultureInfo.InvariantCulture), "400", "2");
            await tunnel.ReadUntilAsync("sync");
        }

        await tunnel.SendAsync("mouse", "700", "400", "0");
        await tunnel.ReadUntilAsync("sync");
    }

    /// <summary>Guacamole itself lists it and gives it out, in whole and in part, and nothing else.</summary>
    private async Task IsInTheHistoryAsync(string desktop, Recording recording, byte[] file)
    {
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var row = (await admin.HistoryAsync()).EnumerateArray().Single(row => row.GetProperty("uuid").GetString() == recording.Id);
        Assert.Equal(desktop, row.GetProperty("connectionName").GetString());
        var log = Assert.Single(row.GetProperty("logs").EnumerateObject());
        Assert.Equal("GUACAMOLE_SESSION_RECORDING", log.Value.GetProperty("type").GetString());
        Assert.Equal(
            "RECORDING_STORAGE.INFO_GUACAMOLE_SESSION_RECORDING", log.Value.GetProperty("description").GetProperty("key").GetString());

        var path = $"history/connections/{row.GetProperty("identifier").GetString()}/logs/";
        using var whole = await admin.GetAsync(path + log.Name);
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType?.MediaType);
        Assert.Equal(file, await whole.Content.ReadAsByteArrayAsync(Cancelled));
        using var part = await admin.GetAsync(path + log.Name, new(10, 19));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(file[10..20], await part.Content.ReadAsByteArrayAsync(Cancelled));
        foreach (var name in new[] { desktop, recording.Id, $"..%2F{recording.Id}%2F{desktop}", "%2Fetc%2Fpasswd" })
        {
            using var other = await admin.GetAsync(path + name);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
    }
}
