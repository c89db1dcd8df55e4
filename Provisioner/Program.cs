using GuacAspire.Provisioner;
using GuacAspire.Provisioner.Api;
using GuacAspire.Provisioner.Reconciling;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
// The AppHost follows the desktops there, and comes back whenever a line has dropped.
builder.AddServiceDefaults("/desktops/changes", "/desktops/memory");
builder.AddProvisionerServices();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapOpenApi();
app.MapDesktopsApi();
app.MapSavesApi();
app.MapPicturesApi();
app.MapSharesApi();
app.MapRecordingsApi();
app.MapDrainApi();
app.MapSystemApi();

try
{
    await app.Services.GetRequiredService<InstanceLock>().TakeAsync(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var failure in e.Failures)
        await Console.Error.WriteLineAsync(failure);
    return 1;
}
catch (InstanceTakenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
