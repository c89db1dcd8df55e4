using System.Net;
using System.Text.Json.Nodes;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Sharing;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Session;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>What has to be so a minute after the last restart.</summary>
internal sealed class Verdict(World world)
{
    private const int Rounds = 4;

    private static readonly TimeSpan Round = TimeSpan.FromMinutes(1) / Rounds;

    private readonly List<string> _faults = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Lets the minute pass, with the rounds that belong into it.</summary>
    public async Task WaitAsync()
    {
        var (provisioner, portal) = (world.ProvisionerServices, world.PortalServices);
        await world.WaitForAsync(provisioner.GetRequiredService<Reconciler>().FirstPass, "the first look");
        for (var round = 0; round <= Rounds; round++)
        {
            await world.WaitForAsync(portal.GetRequiredService<SessionSweeper>().RunOnceAsync(Cancellation), "sessions");
            await world.WaitForAsync(portal.GetRequiredService<TicketKeeper>().RevokeDueAsync(Cancellation), "tickets");
            await world.WaitForAsync(provisioner.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation), "the culler");
            await SettleAsync();
            await world.WaitForAsync(provisioner.GetRequiredService<Reconciler>().RunOnceAsync(Cancellation), "a look");
            await world.WaitForAsync(provisioner.GetRequiredService<ShareKeeper>().RunOnceAsync(Cancellation), "links");
            await SettleAsync();
            if (round < Rounds)
                world.Advance(Round);
        }
    }

    /// <summary>Finds what is not so.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(IEnumerable<Person> people)
    {
        foreach (var person in people.Where(person => person.Name is not null))
        {
            var session = await person.AskAsync(HttpMethod.Get, "/api/session");
            if (person.HasSignedOut || (person.MayHaveSignedOut && session?.Status == HttpStatusCode.Unauthorized))
                LookForRest(person);
            else if (session?.Status != HttpStatusCode.OK)
                _faults.Add($"{person.Name} is signed out: {session?.Status}");
            else
                await LookForLossAsync(person);
        }

        LookForOrphans();
        return _faults;
    }

    /// <summary>Waits until nothing is under way with any desktop.</summary>
    private Task SettleAsync()
    {
        var registry = world.ProvisionerServices.GetRequiredService<DesktopRegistry>();
        return world.WaitForAsync(Task.Run(async () =>
        {
            while (!registry.List().All(IsSettled))
                await Task.Delay(2);
        }), "all to settle");
    }

    private static bool IsSettled(ManagedDesktop desktop) => desktop.OverTimestamp is not null
        || (desktop is { Current.State: Contracts.DesktopState.Ready, Exclusive.CurrentCount: > 0, StopRequested.IsCancellationRequested: false });

    /// <summary>Of who has signed out nothing is left.</summary>
    private void LookForRest(Person guest)
    {
        var name = guest.Name!;
        var desktops = world.Engine.Claims.Values.Where(claim => claim.Owner == name).Select(claim => claim.Id).Union(guest.Desktops.Keys).ToList();
        foreach (var id in desktops)
        {
            Deny(world.Engine.Containers.ContainsKey(id), $"the container {id} of {name}");
            Deny(world.Engine.Claims.ContainsKey(id), $"the claim {id} of {name}");
            Deny(world.Engine.Stops.ContainsKey(id), $"the mark on {id} of {name}");
            Deny(world.Guacamole.Connections.Values.Any(one => (string?)one["name"] == id), $"the connection to {id} of {name}");
            Deny(world.Guacamole.Users.ContainsKey($"desktop-{id}"), $"the user of {id} of {name}");
            Deny(Files(world.Store, "spool").Any(file => Path.GetFileName(file).StartsWith(id, StringComparison.Ordinal)), $"the mesh of {id} of {name}");
            Deny(Files(world.Store, "shares").Any(file => Says(file, "Desktop", id)), $"a link to {id} of {name}");
        }

        Deny(world.Guacamole.Users.ContainsKey(name), $"the account of {name}");
        Deny(guest.Tickets.Any(token => world.Guacamole.OwnerOf(token) is { } user && world.Guacamole.Users.ContainsKey(user)), $"a token of {name}");
        Deny(Files(world.Store, "saves").Any(file => Path.GetFileName(file) == "about.json" && Says(file, "Owner", name)), $"saved work of {name}");
        Deny(Files(world.Data, "uploads").Any(file => Path.GetFileName(file) == "mesh.json" && Says(file, "owner", name)), $"an upload of {name}");
        Deny(Files(world.Data, "sessions").Any(file => Says(file, "Username", name)), $"the session of {name}");
        Deny(Files(world.Data, "tickets").Any(file => Says(file, "SessionId", guest.SessionId!)), $"a ticket's file of {name}");
    }

    /// <summary>Of who has not, everything that was said to be there is.</summary>
    private async Task LookForLossAsync(Person person)
    {
        var name = person.Name!;
        var store = world.ProvisionerServices.GetRequiredService<SaveStore>();
        var saves = store.List(name);
        foreach (var (desktop, at) in person.Saves)
        {
            if (saves.FirstOrDefault(save => save.Desktop == desktop && save.SavedAt == at) is not { } save)
                _faults.Add($"lost: the save of {desktop} at {at:O} of {name}");
            else if (!StepLine.IsWhole(await File.ReadAllBytesAsync(store.Find(name, save.Id)!.Value.File.Path, Cancellation)))
                _faults.Add($"torn: the save {save.Id} of {name}");
        }

        foreach (var (id, content) in person.Uploads)
        {
            if (await person.AskAsync(HttpMethod.Get, $"/api/meshes/{id}/file") is not { Status: HttpStatusCode.OK } file || file.Body != content)
                _faults.Add($"lost: the upload {id} of {name}");
        }

        var registry = world.ProvisionerServices.GetRequiredService<DesktopRegistry>();
        var kept = person.Desktops.Where(one => !one.Value.MayStop && one.Value.Cuts == world.Cuts).Select(one => one.Key).ToHashSet();
        foreach (var id in kept.Where(id => !registry.IsLiving(id)))
            _faults.Add($"lost: the desktop {id} of {name}, which is {registry.Find(id)?.Current.Message ?? "not known"}");
        foreach (var (desktop, secret) in person.Links.Where(link => kept.Contains(link.Desktop)))
        {
            var answer = await person.AskAsync(HttpMethod.Post, "/api/shared", System.Net.Http.Json.JsonContent.Create(new { secret }));
            if (answer?.Status != HttpStatusCode.Conflict)
                _faults.Add($"lost: a link to {desktop} of {name}: {answer?.Status}");
        }
    }

    /// <summary>Nothing is there that is nobody's.</summary>
    private void LookForOrphans()
    {
        var registry = world.ProvisionerServices.GetRequiredService<DesktopRegistry>();
        var pool = world.ProvisionerServices.GetRequiredService<GuacAspire.Provisioner.Pool.WarmPool>();
        foreach (var id in world.Engine.Containers.Keys.Union(world.Engine.Claims.Keys).Union(world.Engine.Stops.Keys))
            Deny(!registry.IsLiving(id) && !pool.Holds(id), $"of {id}, which is nobody's, something");
        foreach (var file in Files(world.Store, "shares").Where(file => !registry.IsLiving((string?)Read(file)?["Desktop"] ?? "")))
            Deny(true, $"a link to a desktop that is not there, {Path.GetFileName(file)}");
        foreach (var file in Files(world.Store, "spool").Where(file => !registry.IsLiving(Path.GetFileName(file))))
            Deny(true, $"a mesh of a desktop that is not there, {Path.GetFileName(file)}");
    }

    private void Deny(bool isLeft, string what)
    {
        if (isLeft)
            _faults.Add($"left: {what}");
    }

    private static IEnumerable<string> Files(string root, string folder) =>
        Path.Combine(root, folder) is var path && Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [];

    private static bool Says(string file, string field, string value) => (string?)Read(file)?[field] == value;

    private static JsonNode? Read(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file), new() { PropertyNameCaseInsensitive = true });
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
