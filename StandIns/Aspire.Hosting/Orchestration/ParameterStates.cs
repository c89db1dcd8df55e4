using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Settles the parameters before anything starts, so that a missing one is told at once and by its name.</summary>
internal sealed partial class ParameterStates(
    ResourceNotificationService notifications, ResourceLoggerService loggers, ILogger<ParameterStates> logger)
{
    public async Task ResolveAsync(IEnumerable<ParameterResource> parameters, CancellationToken cancellationToken)
    {
        foreach (var parameter in parameters)
        {
            try
            {
                var value = await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
                await notifications.PublishUpdateAsync(parameter, s => s with
                {
                    State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                    Properties = s.Properties.RemoveAll(p => p.Name == "Value").Add(new("Value", value) { IsSensitive = parameter.Secret }),
                }).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                loggers.Write(parameter, failure.Message, isError: true);
                LogMissing(parameter.Name, failure.Message, parameter.ConfigurationKey);
                await notifications.PublishUpdateAsync(parameter, s => s with
                {
                    State = new(failure is MissingParameterValueException ? "Value missing" : KnownResourceStates.FailedToStart,
                        KnownResourceStateStyles.Error),
                }).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The parameter {Name} has no value: {Error} Give it one with --{Key}=… or in the user secrets.")]
    private partial void LogMissing(string name, string error, string key);
}
