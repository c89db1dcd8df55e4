// A service that tells what it was started with, and ends as it is told.
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/health", () => "well");
app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/arguments", () => args);
app.MapGet("/exit/{code:int}", (int code) =>
{
    Console.Error.WriteLine($"ending with {code}");
    Environment.Exit(code);
});
app.Run();
