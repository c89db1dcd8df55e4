using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>
/// Kills at random moments: no acknowledged save is lost, of a guest who has signed out nothing is left a minute after the last restart, and
/// nobody else has lost anything. <c>GUACASPIRE_KILLS</c> says how many, <c>GUACASPIRE_KILLS_SEED</c> from which chance on (1 unless told otherwise): what people
/// do and at which step something is killed follows from it, and which of two calls under way comes first does not.
/// </summary>
public sealed class KillTests
{
    // More would be most of the time that all other tests take.
    private const int Usual = 60;
    private const int KillsEach = 5;

    // A round of what people do is about as long.
    private const int MostSteps = 300;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_kill_loses_what_was_said_to_be_kept_or_keeps_what_was_said_to_be_gone()
    {
        KillableDisk.Install();
        // A thousand hosts would each watch their settings' files.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        var seed = Number("GUACASPIRE_KILLS_SEED") ?? 1;
        var scenarios = ((Number("GUACASPIRE_KILLS") ?? Usual) + KillsEach - 1) / KillsEach;
        var faults = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(seed, scenarios),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancellation },
            async (own, _) =>
            {
                await foreach (var fault in PlayAsync(own))
                    faults.Enqueue($"GUACASPIRE_KILLS_SEED={own}: {fault}");
            });
        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async IAsyncEnumerable<string> PlayAsync(int seed)
    {
        var random = new Random(seed);
        await using var world = new World(new(random.Next()));
        world.Guacamole.Users["ada"] = new JsonObject { ["username"] = "ada", ["password"] = "password", ["attributes"] = new JsonObject() };
        Person[] people = [.. new[] { null, null, null, "ada" }.Select(account => new Person(world, new(random.Next()), account))];
        string[] faults;
        try
        {
            await world.StartAsync();
            await world.WaitForAsync(Task.WhenAll(people.Select(person => LiveAsync(world, person))), "people");
            for (var kill = 0; kill < KillsEach; kill++)
            {
                world.Arm((Victim)random.Next(3), random.Next(MostSteps));
                await world.StartAsync();
                await world.WaitForAsync(Task.WhenAll(people.Select(person => LiveAsync(world, person))), "people");
                await world.FinishAsync();
            }

            await world.StartAsync();
            var verdict = new Verdict(world);
            await verdict.WaitAsync();
            faults = [.. await verdict.FindFaultsAsync(people)];
        }
        catch (Exception e)
        {
            faults = [$"{e} while {string.Join(", ", people.Select(person => person.Asks))}"];
        }

        foreach (var fault in faults)
            yield return $"{fault}, after {string.Join("; ", world.Story)}";
    }

    private static async Task LiveAsync(World world, Person person)
    {
        for (var act = 0; act < 10 && !world.Fallen.IsCompleted; act++)
        {
            await person.ActAsync();
            world.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}
