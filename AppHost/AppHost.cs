using AppHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

try
{
    OrchestratorMemory.Spare();
    Ports.AvoidTaken();
    var builder = DistributedApplication.CreateBuilder(
        new DistributedApplicationOptions { Args = args, DashboardApplicationName = "GuacAspire" });

    // Where images come from: a registry where one answers, otherwise Debian's packages (Images:Source=registry|debian decides).
    var images = await ImageSource.ChooseAsync(builder);

    // Secrets are generated once and stay in this project's user secrets.
    var adminPassword = builder.AddSecret("guacamole-admin-password");
    var provisionerKey = builder.AddSecret("provisioner-key");

    var desktops = builder.AddBlenderDesktops("desktops", "../Images/blender").WithDebianBase(images);

    var guacamole = (builder.Configuration["Guacamole:Server"] ?? images.GuacamoleServer) switch
    {
        "apache" => builder.AddGuacamole("guacamole", AddGuacd(), AddDatabase(), adminPassword),
        "gateway" => builder.AddGuacamole<Projects.Gateway>("guacamole", AddGuacd(), AddDatabase(), adminPassword),
        "external" => builder.AddGuacamole(
            "guacamole", builder.AddParameter("guacamole-url"), builder.Configuration["Guacamole:Username"] ?? "guacadmin", adminPassword),
        var other => throw new DistributedApplicationException($"Guacamole:Server is '{other}'; it must be apache, gateway or external."),
    };

    // What a desktop's owner wants recorded: guacd writes it, Guacamole finds it, and the provisioner keeps it within bounds.
    guacamole.WithRecordings(desktops.Resource.Instance);

    var provisioner = builder.AddProject<Projects.Provisioner>("provisioner")
        .WithReference(guacamole)
        .WithReference(desktops)
        .WithEnvironment("Provisioner__Key", provisionerKey)
        // What orchestrator, dashboard, services, MySQL, guacd and nginx have been seen to take.
        .WithEnvironment("Desktops__ReservedMemory", builder.Configuration["Desktops:ReservedMemory"] ?? "1280m")
        .WithHttpHealthCheck("/health");
    desktops.WithProvisioner(provisioner.GetEndpoint("http"), provisionerKey);

    var portal = builder.AddProject<Projects.Portal_Web>("portal")
        .WithGuacamoleEndpoint(guacamole)
        .WithEnvironment("Provisioner__Endpoint", provisioner.GetEndpoint("http"))
        .WithEnvironment("Provisioner__Key", provisionerKey)
        .WithNginxTrusted()
        .WithSetting("Portal:MinFreeBytes")
        .WithHttpHealthCheck("/health");

    var nginx = builder.AddNginx("nginx", port: builder.Configuration.GetValue("Portal:Port", 8080))
        .WithDebianImage(images, "nginx", "trixie")
        .WithRoute("/", portal.GetEndpoint("http"))
        .WithRoute("/guacamole/", guacamole.Resource.UriExpression, tunnel: true)
        .WithTrustedProxies(builder.Configuration.GetTrustedProxies())
        .WithUnixSockets()
        .WithHttpHealthCheck("/guacamole/api/languages")
        .WithHttpHealthCheck("/health")
        .WithExternalHttpEndpoints()
        .WithWelcome(guacamole);
    desktops.WithPages(nginx.Resource.PrimaryEndpoint);
    builder.AddQueryRedaction();
    builder.AddRestartOnFailure();
    builder.RunProjectsAsBuilt();
    builder.UseAnyForServices();
    builder.UseDashboardForPeople(nginx);
    builder.AddQuietEnd();
    builder.Services.AddHostedService<OrchestratorWatch>();
    builder.Services.AddHostedService<Progress>();

    return await builder.Build().RunToTheEndAsync();

    IResourceBuilder<GuacdResource> AddGuacd() =>
        builder.AddGuacd("guacd")
            .WithDebianImage(images, "guacd", "bullseye")
            .WithContainerRuntimeArgs("--label", $"guacaspire.guacd={desktops.Resource.Instance}");

    IResourceBuilder<GuacamoleDatabaseResource> AddDatabase() =>
        builder.AddMySql("mysql")
            .WithDebianImage(images, "mysql", "trixie")
            .WithDataVolume(builder.Configuration["MySql:Volume"])
            .AddDatabase("guacamole-db", "guacamole")
            .AddGuacamoleDatabase<Projects.Gateway>("guacamole-database", adminPassword);
}
catch (DistributedApplicationException wrong)
{
    return await Ending.SayWhyAsync(wrong);
}
