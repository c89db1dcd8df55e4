using GuacAspire.Bench;
using GuacAspire.Bench.Boot;
using GuacAspire.Bench.Crowd;
using GuacAspire.Bench.Launch;
using GuacAspire.Bench.Lifecycle;
using GuacAspire.Bench.Rest;
using GuacAspire.Bench.Tunnel;

// dotnet run --project Bench -c Release -- launch --password <the administrator's> [--portal http://localhost:8080] [--runs 5] [--mesh watering-can]
// dotnet run --project Bench -c Release -- boot --before <the folder of another checkout> [--runs 5]
// dotnet build Provisioner -c Release, here and there, && dotnet run --project Bench -c Release -- crowd --before <the folder of another checkout> [--runs 3]
// dotnet run --project Bench -c Release -- cycles --password <the administrator's> [--cycles 100]
// dotnet run --project Bench -c Release -- density --password <the administrator's>
// dotnet build Gateway -c Release && dotnet run --project Bench -c Release -- rest [--runs 5] [--image mysql:8.4] [--write no]
// dotnet build Gateway -c Release && dotnet run --project Bench -c Release -- tunnel [--runs 7] [--only throughput,latency,opening,memory] [--write no]
var options = new BenchOptions(args);
switch (options.What)
{
    case "boot":
        await BootBench.RunAsync(options);
        return 0;
    case "crowd":
        await CrowdBench.RunAsync(options);
        return 0;
    case "launch":
        await LaunchBench.RunAsync(options);
        return 0;
    case "cycles":
        await CyclesBench.RunAsync(options, options.Cycles);
        return 0;
    case "density":
        await DensityBench.RunAsync(options);
        return 0;
    case "rest":
        await RestBench.RunAsync(options);
        return 0;
    case "tunnel":
        await TunnelBench.RunAsync(options);
        return 0;
    default:
        Console.Error.WriteLine($"There is no benchmark called '{options.What}'; there are: boot, crowd, cycles, density, launch, rest, tunnel.");
        return 1;
}
