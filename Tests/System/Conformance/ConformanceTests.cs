using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Replays what a real Apache Guacamole 1.6.0 was asked and answered against a Gateway on a new database.</summary>
public sealed class ConformanceTests(RunningSystem system, ITestOutputHelper output)
{
    private const double Goal = 0.97;

    [Theory]
    [InlineData("guacamole-db")]
    [InlineData(MariaDb.Name)]
    public async Task TheGatewayAnswersAsTheRecordedServerDid(string database)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(await system.ConnectionStringAsync(database));
        var (variables, differences) = (new Variables(), new Differences());
        using var rest = new RestReplay(gateway.Address, variables);
        await using var timeline = new Timeline(gateway, variables);
        List<(RecordedRequest Request, string Difference)> wrong = [];
        var requests = Recording.Requests();
        foreach (var recorded in requests)
        {
            await timeline.BeforeAsync(recorded.Seq);
            var answer = await rest.SendAsync(recorded);
            variables.Capture(recorded, answer);
            if (Comparison.Differ(recorded, variables.Fill(recorded.Path), answer, differences) is { } difference)
                wrong.Add((recorded, difference));
        }

        var wrongSessions = timeline.Outcomes
            .Where(outcome => !differences.AreAlike(outcome.Value.Expected, outcome.Value.Actual)).ToArray();
        foreach (var (request, difference) in wrong)
            output.WriteLine($"{request.Seq} {request.Section}: {request.Method} {request.Path}: {difference}");
        foreach (var (name, (expected, actual)) in wrongSessions)
            output.WriteLine($"tunnel '{name}':\n     wanted {string.Join(" | ", expected)}\n     given  {string.Join(" | ", actual)}");
        // The score is shown also when all is well.
        Console.WriteLine($"Conformance on {database}: REST {requests.Count - wrong.Count}/{requests.Count},"
            + $" tunnels {timeline.Outcomes.Count - wrongSessions.Length}/{timeline.Outcomes.Count},"
            + $" different on purpose: {string.Join(", ", differences.Used.Order())}");

        Assert.Empty(timeline.Missing);
        Assert.Empty(differences.Stale);
        Assert.True(requests.Count - wrong.Count >= Goal * requests.Count, "Fewer requests than agreed are answered as recorded.");
        Assert.Empty(wrong.Where(item => item.Request.Status < 300).Select(item => item.Request.Seq));
        Assert.Empty(wrongSessions.Select(session => session.Key));
    }
}
