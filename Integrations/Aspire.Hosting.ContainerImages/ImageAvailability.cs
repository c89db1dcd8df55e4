namespace Aspire.Hosting.ContainerImages;

/// <summary>Lets others wait until an image is there. One that could not be made may be made later, so nobody is sent away.</summary>
internal sealed class ImageAvailability
{
    private readonly TaskCompletionSource _built = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsBuilt => _built.Task.IsCompletedSuccessfully;

    public void SetBuilt() => _built.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => _built.Task.WaitAsync(cancellationToken);
}
