namespace Aspire.Hosting.ApplicationModel;

public sealed class ResourceCommandAnnotation(
    string name, string displayName, Func<UpdateCommandStateContext, ResourceCommandState> updateState,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, string? displayDescription, object? parameter,
    string? confirmationMessage, string? iconName, IconVariant? iconVariant, bool isHighlighted) : IResourceAnnotation
{
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    public string DisplayName { get; } = displayName ?? throw new ArgumentNullException(nameof(displayName));

    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; } = updateState
        ?? throw new ArgumentNullException(nameof(updateState));

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; } =
        executeCommand ?? throw new ArgumentNullException(nameof(executeCommand));

    public string? DisplayDescription { get; } = displayDescription;

    public object? Parameter { get; } = parameter;

    public string? ConfirmationMessage { get; } = confirmationMessage;

    public string? IconName { get; } = iconName;

    public IconVariant? IconVariant { get; } = iconVariant;

    public bool IsHighlighted { get; } = isHighlighted;
}

public class CommandOptions
{
    public string? Description { get; set; }

    public object? Parameter { get; set; }

    public string? ConfirmationMessage { get; set; }

    public string? IconName { get; set; }

    public IconVariant? IconVariant { get; set; }

    public bool IsHighlighted { get; set; }

    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}

public static class CommandResults
{
    public static ExecuteCommandResult Success() => new() { Success = true };

    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, ErrorMessage = errorMessage };

    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };

    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public bool Canceled { get; init; }

    public string? ErrorMessage { get; init; }
}

public sealed class UpdateCommandStateContext
{
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    public required IServiceProvider ServiceProvider { get; init; }
}

public sealed class ExecuteCommandContext
{
    public required IServiceProvider ServiceProvider { get; init; }

    public required string ResourceName { get; init; }

    public required CancellationToken CancellationToken { get; init; }

}

public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";
    public static readonly string StopCommand = "stop";
    public static readonly string RestartCommand = "restart";
}
