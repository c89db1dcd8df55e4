namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
{
    private IServiceProvider? _services;

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation) : this(operation, "manifest")
    {
    }

    public string PublisherName { get; set; } = publisherName;

    public DistributedApplicationOperation Operation { get; } = operation;

    public IServiceProvider ServiceProvider
    {
        get => _services ?? throw new InvalidOperationException(
            "IServiceProvider is not available because the application has not been built yet.");
        internal set => _services = value;
    }

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
}
