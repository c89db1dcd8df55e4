using System.Globalization;
using System.Text;

namespace GuacAspire.Bench.Rest;

/// <summary>Logins, and the life of a connection over REST, eight at a time.</summary>
internal static class RestBench
{
    private const int AtATime = 8;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        var cancel = timeout.Token;
        await using var database = new BenchDatabase();
        await database.StartAsync(options.Image, cancel);
        await using var gateway = new BenchGateway(database);
        await gateway.StartAsync(cancel);
        using var client = new RestClient(gateway.Address, database.AdminPassword);
        await client.PrepareAsync(cancel);
        await Load.RunAsync(client.LoginAsync, AtATime, Round, cancel);
        await Load.RunAsync(client.CycleAsync, AtATime, Round, cancel);

        List<LoadResult> logins = [], cycles = [];
        List<double> loginCost = [], cycleCost = [];
        for (var round = 1; round <= options.Runs; round++)
        {
            logins.Add(await MeasureAsync(gateway, client.LoginAsync, loginCost, cancel));
            cycles.Add(await MeasureAsync(gateway, client.CycleAsync, cycleCost, cancel));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {logins[^1].Rate:0} logins/s, {cycles[^1].Rate:0} cycles/s"));
        }

        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{AtATime} at a time, {options.Runs} alternating rounds of {Round.TotalSeconds:0} s; rate: median (lowest–highest). Client, Gateway and MySQL share the machine;")
            .AppendLine("MySQL is the system's own image in its own configuration: every commit is on disk before it is answered.")
            .AppendLine()
            .AppendLine("| | per second | p50 ms | p99 ms | Gateway's processor time, ms each |")
            .AppendLine("|---|---|---|---|---|")
            .AppendLine(Row("Gateway: login", logins, loginCost))
            .AppendLine(Row("Gateway: connection created, granted, read, deleted", cycles, cycleCost))
            .AppendLine("| Apache Guacamole 1.6.0: login | 192 | | | |")
            .AppendLine("| Apache Guacamole 1.6.0: connection created, granted, read, deleted | 44 | 177 | | |")
            .AppendLine()
            .AppendLine("Apache Guacamole's rows were not measured in this run: they were recorded earlier, on a machine of this kind, with the same schema.")
            .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.");
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("REST", text.ToString());
    }

    private static async Task<LoadResult> MeasureAsync(BenchGateway gateway, Func<CancellationToken, Task> act, List<double> cost, CancellationToken cancel)
    {
        var before = gateway.ProcessorTime;
        var result = await Load.RunAsync(act, AtATime, Round, cancel);
        cost.Add((gateway.ProcessorTime - before).TotalMilliseconds / result.Milliseconds.Count);
        return result;
    }

    private static string Row(string name, List<LoadResult> rounds, List<double> cost)
    {
        var rates = rounds.Select(round => round.Rate).Order().ToList();
        var times = rounds.SelectMany(round => round.Milliseconds).Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {rates[rates.Count / 2]:0} ({rates[0]:0}–{rates[^1]:0}) | {times[times.Count / 2]:0.0} | {times[times.Count * 99 / 100]:0.0} | {cost.Order().ElementAt(cost.Count / 2):0.00} |");
    }
}
