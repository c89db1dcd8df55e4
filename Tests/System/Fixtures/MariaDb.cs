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
        var mysql = builder.Resources.Single(resource => resource.Name == "mysql");
        var mariadb = builder.AddMySql(Name);
        if (!mysql.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            mariadb.WithImage("library/mariadb", "11.8");
            return;
        }

        mariadb.WithDockerfile(build.ContextPath).WithImageRegistry(null).WithImage("guacaspire/mariadb-test", "dev")
            .WithBuildArg("SERVER", "mariadb");
        foreach (var (argument, value) in build.BuildArguments)
            mariadb.WithBuildArg(argument, value!);
        foreach (var wait in mysql.Annotations.OfType<WaitAnnotation>())
            mariadb.WithAnnotation(wait);
    }
}
