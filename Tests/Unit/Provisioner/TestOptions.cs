using GuacAspire.Provisioner.Desktops;
using Microsoft.Extensions.Options;

namespace GuacAspire.Tests.Unit.Provisioner;

internal static class TestOptions
{
    public static IOptions<DesktopsOptions> Desktops(Action<DesktopsOptions>? configure = null)
    {
        var options = new DesktopsOptions { Image = "guacaspire/blender:dev", Instance = "unit" };
        configure?.Invoke(options);
        return Options.Create(options);
    }
}
