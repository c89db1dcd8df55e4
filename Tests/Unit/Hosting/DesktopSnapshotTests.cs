using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;

namespace GuacAspire.Tests.Unit.Hosting;

public class DesktopSnapshotTests
{
    private const string Id = "abcdefghijklmnop2345";
    private static readonly DateTimeOffset Created = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_desktop_shows_its_mesh_its_owner_s_kind_its_age_and_memory_below_its_parent()
    {
        var snapshot = Show(New("ready"), memory: 412L << 20, now: Created.AddMinutes(5));

        Assert.Equal("desktops-xyz", Property(snapshot, "resource.parentName"));
        Assert.Equal("guest · 5 min · 412 MiB", Property(snapshot, "resource.source"));
        Assert.Equal("rocket.ply", Property(snapshot, "desktop.mesh"));
        Assert.Equal(("guest", "5 min", "412 MiB", Id), (
            Property(snapshot, "desktop.owner"), Property(snapshot, "desktop.age"), Property(snapshot, "desktop.memory"),
            Property(snapshot, DesktopSnapshot.IdProperty)));
        Assert.Equal(Created.UtcDateTime, snapshot.StartTimeStamp);
        Assert.NotNull(snapshot.IconName);
        Assert.False(snapshot.IsHidden);
    }

    [Fact]
    public void Who_the_owner_is_stands_nowhere() =>
        Assert.All(
            Show(New("ready") with { Owner = "anna.secret" }, memory: null, Created).Properties,
            property => Assert.DoesNotContain("anna.secret", $"{property.Value}", StringComparison.Ordinal));

    [Fact]
    public void What_nobody_knows_is_not_shown()
    {
        var snapshot = Show(New("starting"), memory: null, Created);
        Assert.Equal("guest · under 1 min", Property(snapshot, "resource.source"));
        Assert.DoesNotContain(snapshot.Properties, property => property.Value is null);
        Assert.DoesNotContain(snapshot.Properties, property => property.Name is "desktop.memory" or "desktop.saved");
    }

    [Theory]
    [InlineData("pending", "Pending", "info", false)]
    [InlineData("opening", "Opening", "info", false)]
    [InlineData("ready", "Ready", "success", false)]
    [InlineData("saving", "Saving", "info", false)]
    [InlineData("stopped", "Finished", "info", true)]
    [InlineData("failed", "Failed", "error", false)]
    public void The_state_is_the_desktop_s_own_and_what_was_stopped_is_not_in_sight(string state, string text, string style, bool isHidden)
    {
        var snapshot = Show(New(state), memory: null, Created);
        Assert.Equal((text, style, isHidden), (snapshot.State!.Text, snapshot.State.Style, snapshot.IsHidden));
    }

    [Fact]
    public void What_failed_stays_in_sight_for_a_while_with_its_reason()
    {
        var failed = New("failed") with { Message = "Blender was killed from outside." };
        var soon = Show(failed, 412L << 20, Created + DesktopSnapshot.FailureShown - TimeSpan.FromSeconds(1), overSince: Created);
        Assert.False(soon.IsHidden);
        Assert.Equal("Blender was killed from outside.", Property(soon, "desktop.message"));
        Assert.Null(Property(soon, "desktop.memory"));
        Assert.True(Show(failed, null, Created + DesktopSnapshot.FailureShown, overSince: Created).IsHidden);
    }

    [Fact]
    public void A_desktop_that_is_about_to_end_or_could_not_be_saved_is_marked()
    {
        Assert.Equal("warning", Show(New("ready") with { Warning = "idle" }, null, Created).State!.Style);
        Assert.Equal("warning", Show(New("ready") with { SaveFault = "The disk is full." }, null, Created).State!.Style);
    }

    [Fact]
    public void The_address_of_its_page_is_shown_as_long_as_it_lives()
    {
        var pages = Pages();
        Assert.Equal($"http://localhost:8095/desktops/{Id}", Assert.Single(Show(New("opening"), null, Created, pages).Urls).Url);
        Assert.Empty(Show(New("stopped"), null, Created, pages).Urls);
        Assert.Empty(Show(New("ready"), null, Created).Urls);
    }

    [Theory]
    [InlineData("watering-can.obj", "watering-can-abcdef")]
    [InlineData("2nd try, Größe 3.blend", "nd-try-gr-e-3-abcdef")]
    [InlineData("…", "desktop-abcdef")]
    [InlineData(null, "cube-abcdef")]
    public void Its_name_is_one_that_people_read_and_Aspire_takes(string? file, string name)
    {
        var builder = DistributedApplication.CreateBuilder();
        var shown = DesktopNames.NameOf(New("ready") with { FileName = file });
        Assert.Equal(name, shown);
        // Aspire checks the names of what is in the model, and so tells what it takes.
        Assert.Equal(name, builder.AddContainer(shown, "image").Resource.Name);
    }

    [Fact]
    public void A_long_name_is_cut() =>
        Assert.InRange(DesktopNames.NameOf(New("ready") with { FileName = new string('x', 300) + ".obj" }).Length, 1, 64);

    [Theory]
    [InlineData("guest-abcdefghijklmnop2345", "guest")]
    [InlineData("guest-bob", "account")]
    [InlineData("guacadmin", "account")]
    public void An_owner_is_a_guest_or_has_an_account(string owner, string kind) => Assert.Equal(kind, DesktopNames.OwnerKind(owner));

    [Theory]
    [InlineData(59, "under 1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(180000, "2 d 2 h")]
    public void Ages_are_told_as_people_tell_them(int seconds, string words) =>
        Assert.Equal(words, DesktopNames.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 MiB")]
    [InlineData(1023L << 20, "1023 MiB")]
    [InlineData(1536L << 20, "1.5 GiB")]
    public void Sizes_are_told_as_people_tell_them(long bytes, string words) => Assert.Equal(words, DesktopNames.Size(bytes));

    private static DesktopChange New(string state) =>
        new(Id, "guest-abcdefghijklmnop2345", "cube", state, "Words", Created, FileName: "rocket.ply");

    private static string? Property(CustomResourceSnapshot snapshot, string name) =>
        (string?)snapshot.Properties.SingleOrDefault(property => property.Name == name)?.Value;

    private static CustomResourceSnapshot Show(
        DesktopChange change, long? memory, DateTimeOffset now, EndpointReference? pages = null, DateTimeOffset? overSince = null)
    {
        var desktops = DistributedApplication.CreateBuilder().AddBlenderDesktops("desktops", ".");
        if (pages is not null)
            desktops.WithPages(pages);
        return new DesktopSnapshot(change, memory, overSince)
            .Apply(new() { ResourceType = "", Properties = [] }, desktops.Resource, "desktops-xyz", now);
    }

    private static EndpointReference Pages()
    {
        var door = DistributedApplication.CreateBuilder().AddContainer("nginx", "image").WithHttpEndpoint(port: 8095, targetPort: 80);
        var endpoint = door.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 8095);
        return door.GetEndpoint("http");
    }
}
