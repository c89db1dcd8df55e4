using GuacAspire.Gateway;
using GuacAspire.Gateway.Schema;

if (args is ["schema", ..])
    return await SchemaStep.RunAsync(args[1..]);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGateway();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGateway();
await app.RunAsync();
return 0;
