using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Agent;

/// <summary>Makes a desktop's screen as large as the window that shows it.</summary>
internal sealed class DesktopScreen(AgentClient agent, IOptions<DesktopsOptions> options)
{
    /// <summary>Answers with the size that the screen took: the same shape where the wish was more than is allowed.</summary>
    public Task<ScreenSize> ResizeAsync(ManagedDesktop desktop, ScreenSize wish, CancellationToken cancellationToken)
    {
        if (!wish.IsWithinBounds())
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "No screen has this size",
                $"Send {{\"width\": …, \"height\": …}} in whole pixels, {ScreenSizes.Bounds}.");
        }

        return agent.SetScreenAsync(
            desktop.Address ?? throw new InvalidOperationException("The desktop has no address."),
            wish.Within(ScreenSizes.Parse(options.Value.MaxResolution)),
            cancellationToken);
    }

    /// <summary>The size that a desktop made anew for a launch begins with; null where the launch had no wish that can be granted.</summary>
    public ScreenSize? SizeFor(ManagedDesktop desktop) =>
        desktop.ScreenWish?.Within(ScreenSizes.Parse(options.Value.MaxResolution)) is { } size && size.IsWithinBounds() ? size : null;

    /// <summary>Grants the wish that a launch came with, if it can: a launch does not fail for its screen's size.</summary>
    public async Task PrepareAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        if (desktop.ScreenWish is not { } wish)
            return;

        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            await ResizeAsync(desktop, wish, cancellationToken);
        }
        catch (AgentException)
        {
            // The page asks again when it shows the first picture, and fits the picture to the window until then.
        }
    }
}
