using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ContainerImages;

internal static class ImageCommands
{
    /// <summary>Lets somebody who has mended what kept an image from being made go on from there.</summary>
    public static IResourceBuilder<ContainerImageResource> WithBuildCommand(this IResourceBuilder<ContainerImageResource> builder)
    {
        var image = builder.Resource;
        return builder.WithCommand("build", "Build again", _ => Task.FromResult(Order(image)), new()
        {
            Description = "Tries again to make the image; what waits for it then starts.",
            IconName = "ArrowSync",
            IsHighlighted = true,
            UpdateState = context => context.ResourceSnapshot.State?.Text == ContainerImageResource.Failed
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Hidden,
        });
    }

    private static ExecuteCommandResult Order(ContainerImageResource image) =>
        image.Orders.Writer.TryWrite(true)
            ? CommandResults.Success()
            : CommandResults.Failure("It is being made already.");
}
