using GuacAspire.Portal.Web;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Pages;
using GuacAspire.Portal.Web.Recordings;
using GuacAspire.Portal.Web.Session;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApplicationServices();

var app = builder.Build();
app.UsePortal();
app.MapDefaultEndpoints();
app.MapOpenApi();
app.MapSessionApi();
app.MapMeshesApi();
app.MapDesktopsApi();
app.MapSavesApi();
app.MapRecordingsApi();
app.MapLimitsApi();
app.MapPages();
app.Run();
