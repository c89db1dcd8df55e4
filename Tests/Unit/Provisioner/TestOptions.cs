using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Draining;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GuacAspire.Tests.Unit.Provisioner;

internal static class TestOptions
{
    /// <summary>Of a machine that nobody empties.</summary>
    public static DrainSwitch NoDrain { get; } = new(Desktops(), TimeProvider.System, NullLogger<DrainSwitch>.Instance);

    public static IOptions<DesktopsOptions> Desktops(Action<DesktopsOptions>? configure = null)
    {
        var options = new DesktopsOptions { Image = "guacaspire/blender:dev", Instance = "unit" };
        configure?.Invoke(options);
        return Options.Create(options);
    }
}
