using GuacAspire.Portal.Web;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Pages;
using GuacAspire.Portal.Web.Recordings;
using GuacAspire.Portal.Web.Session;
using GuacAspire.Portal.Web.Sharing;

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
app.MapSharesApi();
app.MapSharedApi();
app.MapRecordingsApi();
app.MapLimitsApi();
app.MapPages();
app.Run();
