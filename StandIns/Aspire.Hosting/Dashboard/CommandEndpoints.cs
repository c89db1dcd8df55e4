using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

internal static class CommandEndpoints
{
    public static void MapCommands(this IEndpointRouteBuilder routes, IServiceProvider appHost)
    {
        var commands = appHost.GetRequiredService<ResourceCommandService>();
        var notifications = appHost.GetRequiredService<ResourceNotificationService>();
        var mask = appHost.GetRequiredService<SecretMask>();
        var lifetime = appHost.GetRequiredService<IHostApplicationLifetime>();

        routes.MapPost("/api/resources/{id}/commands/{command}", async (string id, string command) =>
        {
            if (!notifications.TryGetCurrentState(id, out var current)
                || current.Snapshot.Commands.FirstOrDefault(c => c.Name == command) is not { } known)
                return Results.Json(
                    new CommandAnswer(false, "There is no such command."), EventStream.Json, statusCode: StatusCodes.Status404NotFound);
            if (known.State != ResourceCommandState.Enabled)
                return Results.Json(new CommandAnswer(false, "This command is not possible now."), EventStream.Json,
                    statusCode: StatusCodes.Status409Conflict);

            // What has been begun goes on when the page is closed.
            var result = await commands.ExecuteCommandAsync(id, command, lifetime.ApplicationStopping).ConfigureAwait(false);
            var message = result.Canceled ? "The command was canceled." : result.ErrorMessage;
            return Results.Json(new CommandAnswer(result.Success, message is null ? null : mask.Apply(message)), EventStream.Json);
        });
    }

    private sealed record CommandAnswer(bool Success, string? Message);
}
