using GuacAspire.Gateway;
using GuacAspire.Gateway.Memory;
using GuacAspire.Gateway.Schema;
using GuacAspire.Gateway.Tunnels;

if (args is ["schema", ..])
    return await SchemaStep.RunAsync(args[1..]);

NativeMemory.KeepTogether();
InlineSockets.Enable();
// Settings are read once, so that nobody need watch their files.
var builder = WebApplication.CreateSlimBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
builder.WebHost.UseKestrelHttpsConfiguration();
// The Gateway calls nobody by HTTP, and does without the resilience of those who do.
// Whoever wants to know whether it is there asks for the languages.
builder.AddTelemetry("/api/languages").AddDefaultHealthChecks().AddUnixSockets();
builder.AddGateway();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGateway();
await app.RunAsync();
return 0;
