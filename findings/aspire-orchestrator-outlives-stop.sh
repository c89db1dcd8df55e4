#!/usr/bin/env bash
# Aspire.Hosting 13.6.5 with its orchestrator (DCP): what is left of the orchestrator when DistributedApplication.StopAsync has returned.
#
# One would guess: with DcpPublisher:WaitForResourceCleanup, StopAsync and DisposeAsync return when all is cleaned up, the orchestrator included;
# or that it goes when the process does that it monitors (dcp start-apiserver --monitor ID).
# What happens: its first process, the API server, is gone then. The second, "dcp run-controllers", lives on, without the first as its parent,
# while the monitored process still runs, and ends some seconds later by itself. Whoever starts again at once, or looks for what a run has left,
# meets it. Neither waiting longer in StopAsync nor exiting at once changes that: it can only be watched for, by the --kubeconfig that both have.
# Since: seen in 13.6.5.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >finding.csproj <<'PROJECT'
<Project Sdk="Aspire.AppHost.Sdk/13.6.4">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <NoWarn>$(NoWarn);NU1603;ASPIRE010</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Aspire.Hosting.AppHost" Version="[13.6.5]" />
  </ItemGroup>
</Project>
PROJECT

cat >Program.cs <<'PROGRAM'
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
{
    Args = ["--DcpPublisher:WaitForResourceCleanup=true", "--DcpPublisher:RandomizePorts=true"],
    DisableDashboard = true,
    AllowUnsecuredTransport = true,
});
builder.Services.AddLogging(logging => logging.ClearProviders());
builder.AddExecutable("sleeper", "sleep", "/", "1000");
var app = builder.Build();
await app.StartAsync();

var ours = Processes().Single(words => words.Contains("start-apiserver") && !words.Contains("--detach")
    && After(words, "--monitor") == Environment.ProcessId.ToString());
var configuration = After(ours, "--kubeconfig")!;
Tell("running");
await app.StopAsync();
await app.DisposeAsync();
Tell("stopped and disposed");
for (var second = 0; second < 60 && Left().Length > 0; second++)
    await Task.Delay(1000);
Tell("up to a minute later");

void Tell(string when) => Console.WriteLine($"{when}: {(Left() is { Length: > 0 } left ? string.Join(", ", left) : "nothing is left")}");

string[] Left() => [.. Processes().Where(words => words.Contains(configuration)).Select(words => words[1]).Order()];

static string? After(string[] words, string option) => words.SkipWhile(word => word != option).ElementAtOrDefault(1);

static IEnumerable<string[]> Processes()
{
    foreach (var folder in Directory.EnumerateDirectories("/proc"))
    {
        string text;
        try
        {
            text = File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            continue;
        }

        if (text.Split('\0') is [var program, ..] words && Path.GetFileName(program) == "dcp")
            yield return words;
    }
}
PROGRAM

dotnet build --nologo --verbosity quiet -clp:NoSummary -o out >log 2>&1 || { cat log; exit 1; }
echo "Aspire.Hosting 13.6.5"
dotnet out/finding.dll | tee output
diff - output <<'EXPECTED'
running: run-controllers, start-apiserver
stopped and disposed: run-controllers
up to a minute later: nothing is left
EXPECTED
