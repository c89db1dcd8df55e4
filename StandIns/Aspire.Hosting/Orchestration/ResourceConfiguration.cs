using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a resource is started with: its environment and arguments, first as the model has them, then as text.</summary>
internal sealed class ResourceConfiguration(DistributedApplicationExecutionContext context, ResourceLoggerService loggers)
{
    public async Task<Dictionary<string, object>> VariablesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var call = new EnvironmentCallbackContext(context, resource, cancellationToken: cancellationToken) { Logger = Logger(resource) };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(call).ConfigureAwait(false);
        return call.EnvironmentVariables;
    }

    public async Task<IList<object>> ArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var call =
            new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = context, Logger = Logger(resource) };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(call).ConfigureAwait(false);
        return call.Args;
    }

    public async Task<Dictionary<string, string>> EnvironmentAsync(IResource resource, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in await VariablesAsync(resource, cancellationToken).ConfigureAwait(false))
        {
            if (await TextAsync(resource, value, cancellationToken).ConfigureAwait(false) is { } text) environment[name] = text;
        }

        return environment;
    }

    public async Task<List<string>> CommandLineAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var value in await ArgumentsAsync(resource, cancellationToken).ConfigureAwait(false))
        {
            if (await TextAsync(resource, value, cancellationToken).ConfigureAwait(false) is { } text) arguments.Add(text);
        }

        return arguments;
    }

    public async ValueTask<string?> TextAsync(IResource caller, object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IResourceBuilder<IResource> builder => await TextAsync(caller, builder.Resource, cancellationToken).ConfigureAwait(false),
        IValueProvider provider => await provider.GetValueAsync(
            new() { ExecutionContext = context, Caller = caller, Network = caller.DefaultNetwork() },
            cancellationToken).ConfigureAwait(false),
        bool or IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => throw new DistributedApplicationException($"A value of type {value.GetType()} cannot be passed to '{caller.Name}'."),
    };

    private ILogger Logger(IResource resource) => loggers.GetLogger(resource);
}
