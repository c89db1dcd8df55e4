#!/usr/bin/env bash
# .NET 10 (System.Net.Sockets, and Kestrel on it): whoever closes a listening Unix domain socket removes what bears its name by then.
#
# One would guess: as in C or Python, closing leaves the file alone; or, where the runtime cleans up, it removes
# the file that it made.
# What happens: Dispose deletes the path that the socket was bound to, whatever is there now. A server that is replaced in good order (the new one takes the
# old name, then the old one ends) loses its address when the old one ends: it goes on listening, and nobody can connect. After a kill nothing is
# deleted, and the next one that binds there gets "address in use", until somebody removes the file.
# Since: .NET 5 (deletion of the file at Dispose); seen in 10.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
</Project>
PROJECT

cat >Program.cs <<'PROGRAM'
using System.Net.Sockets;

var path = Path.Combine(Path.GetTempPath(), $"finding-{Environment.ProcessId}.sock");

var first = Listen();
File.Delete(path);
using var second = Listen();
Console.WriteLine($"sockets: the second has the name: {CanConnect()}");
first.Dispose();
Console.WriteLine($"sockets: the first is closed: {CanConnect()}");
second.Dispose();

await using (var old = await ServeAsync())
{
    File.Delete(path);
    await using var next = await ServeAsync();
    Console.WriteLine($"Kestrel: the second has the name: {CanConnect()}");
    await old.StopAsync();
    Console.WriteLine($"Kestrel: the first has stopped: {CanConnect()}");
}

Socket Listen()
{
    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    socket.Bind(new UnixDomainSocketEndPoint(path));
    socket.Listen();
    return socket;
}

async Task<WebApplication> ServeAsync()
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls($"http://unix:{path}");
    var app = builder.Build();
    await app.StartAsync();
    return app;
}

string CanConnect()
{
    using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    try
    {
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return "connected";
    }
    catch (SocketException refused)
    {
        return $"{refused.SocketErrorCode}, file there: {File.Exists(path)}";
    }
}
PROGRAM

dotnet build --nologo --verbosity quiet -clp:NoSummary -o out >log 2>&1 || { cat log; exit 1; }
echo ".NET $(dotnet --list-runtimes | sed -nE 's/^Microsoft.NETCore.App (10[^ ]*) .*/\1/p' | tail -1)"
dotnet out/finding.dll | tee output
diff - output <<'EXPECTED'
sockets: the second has the name: connected
sockets: the first is closed: AddressNotAvailable, file there: False
Kestrel: the second has the name: connected
Kestrel: the first has stopped: AddressNotAvailable, file there: False
EXPECTED
