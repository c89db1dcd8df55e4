using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GuacAspire.Tests.Unit.Hosting;

public class BlenderModelTests
{
    [Theory]
    [InlineData("run", new[] { "Drain", "End drain" })]
    [InlineData("publish", new string[0])]
    public void Operators_can_drain_a_provisioner_that_runs(string operation, string[] commands)
    {
        var builder = DistributedApplication.CreateBuilder(["--operation", operation]);
        var provisioner = builder.AddContainer("provisioner", "image").WithHttpEndpoint(targetPort: 80);
        builder.AddBlenderDesktops("desktops", ".")
            .WithProvisioner(provisioner.GetEndpoint("http"), builder.AddParameter("key", secret: true));

        Assert.Equal(commands, provisioner.Resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.DisplayName));
    }
}
