using GuacAspire.Bench;
using GuacAspire.Bench.Launch;

// dotnet run --project Bench -c Release -- launch --password <the administrator's> [--portal http://localhost:8080] [--runs 5] [--mesh watering-can]
var options = new BenchOptions(args);
switch (options.What)
{
    case "launch":
        await LaunchBench.RunAsync(options);
        return 0;
    default:
        Console.Error.WriteLine($"There is no benchmark called '{options.What}'; there is: launch.");
        return 1;
}
