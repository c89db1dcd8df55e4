using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>The other database server that Guacamole's schema lives on; the system itself does not use it.</summary>
internal static class MariaDb
{
    public const string Name = "mariadb";

    /// <summary>Adds it, from where the system's own database server comes: a registry, or Debian's packages.</summary>
    public static void AddTo(IDistributedApplicationBuilder builder)
    {
        var mariadb = builder.AddMySql(Name);
        if (builder.Resources.OfType<ContainerImageResource>().FirstOrDefault(image => image.Name == "debian-trixie") is not { } debian)
        {
            mariadb.WithImage("library/mariadb", "11.8");
            return;
        }

        mariadb.WithImage(builder.AddContainerImage($"{Name}-image", "guacaspire/mariadb-test:dev", "../Images/mysql")
            .WithBase(builder.CreateResourceBuilder(debian))
            .WithBuildArg("SERVER", "mariadb"));
    }
}
