namespace Aspire.Hosting.ApplicationModel;

public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _value = new(() => callback(Default), LazyThreadSafetyMode.ExecutionAndPublication);
        Secret = secret;
    }

    public ParameterDefault? Default { get; set; }

    public bool Secret { get; }

    public bool IsConnectionString { get; set; }

    public string ValueExpression => IsConnectionString ? $"{{{Name}.connectionString}}" : $"{{{Name}.value}}";

    public string? Description { get; set; }

    public bool EnableDescriptionMarkdown { get; set; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_value.Value);

    public ValueTask<string?> GetValueAsync(ValueProviderContext _, CancellationToken cancellationToken) =>
        GetValueAsync(cancellationToken);

    internal string ConfigurationKey => IsConnectionString ? $"ConnectionStrings:{Name}" : $"Parameters:{Name}";
}

public class MissingParameterValueException : DistributedApplicationException
{
    public MissingParameterValueException()
    {
    }

    public MissingParameterValueException(string message) : base(message)
    {
    }

    public MissingParameterValueException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
