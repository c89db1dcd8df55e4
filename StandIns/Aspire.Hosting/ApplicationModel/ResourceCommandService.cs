using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services)
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var resource = _notifications.TryGetCurrentState(resourceId, out var known)
            ? known.Resource
            : _services.GetRequiredService<DistributedApplicationModel>().Resources
                .FirstOrDefault(r => string.Equals(r.Name, resourceId, StringComparison.OrdinalIgnoreCase));
        return resource is null
            ? CommandResults.Failure($"Resource '{resourceId}' not found.")
            : await ExecuteAsync(resource, resourceId, commandName, cancellationToken).ConfigureAwait(false);
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ExecuteAsync(resource, resource.Name, commandName, cancellationToken);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource, string resourceId, string commandName, CancellationToken cancellationToken)
    {
        var logger = _loggers.GetLogger(resource);
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName) is not { } command)
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resource.Name}'.");

        LogExecuting(logger, commandName);
        try
        {
            var result = await command.ExecuteCommand(new()
            {
                ServiceProvider = _services,
                ResourceName = resourceId,
                CancellationToken = cancellationToken,
            }).ConfigureAwait(false);
            if (!result.Success && !result.Canceled) LogFailed(logger, commandName, result.ErrorMessage);
            return result;
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception failure)
        {
            LogFailed(logger, commandName, failure.Message);
            return CommandResults.Failure(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{Command}'.")]
    private static partial void LogExecuting(ILogger logger, string command);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command '{Command}' failed: {Error}")]
    private static partial void LogFailed(ILogger logger, string command, string? error);
}
