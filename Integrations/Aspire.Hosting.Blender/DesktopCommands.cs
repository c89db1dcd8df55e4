using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Blender;

/// <summary>What an operator can do with one desktop from the dashboard.</summary>
internal sealed class DesktopCommands(ProvisionerCalls provisioner)
{
    public const string Open = "open";
    public const string Save = "save";
    public const string Stop = "stop";

    public void AddTo(BlenderDesktopResource desktop)
    {
        desktop.Annotations.Add(new ResourceCommandAnnotation(
            Open, "Open", WhileIn("Pending", "Starting", "Opening", "Connecting", "Ready", "Saving"), _ => Task.FromResult(Show(desktop)),
            "Shows the address of its page. A dashboard cannot open a page by itself.", arguments: null, confirmationMessage: null,
            iconName: "Open", iconVariant: null, isHighlighted: false));
        desktop.Annotations.Add(new ResourceCommandAnnotation(
            Save, "Save", WhileIn("Ready"), context => SaveAsync(desktop.Id, context.CancellationToken),
            "Saves it in Blender, and says when the file is safe.", arguments: null, confirmationMessage: null,
            iconName: "Save", iconVariant: null, isHighlighted: true));
        desktop.Annotations.Add(new ResourceCommandAnnotation(
            Stop, "Stop", WhileIn("Pending", "Starting", "Opening", "Connecting", "Ready", "Saving"),
            context => StopAsync(desktop.Id, context.CancellationToken),
            "Saves it and removes it; says when it is gone.", arguments: null,
            confirmationMessage:
                "Whoever works in this desktop loses the picture of it at once. Their work is saved first, and they can go on with it in "
                + "another desktop. Stop it?",
            iconName: "Stop", iconVariant: IconVariant.Filled, isHighlighted: true));
    }

    private static Func<UpdateCommandStateContext, ResourceCommandState> WhileIn(params string[] states) => context =>
        context.ResourceSnapshot.State?.Text is { } state && states.Contains(state)
            ? ResourceCommandState.Enabled
            : ResourceCommandState.Disabled;

    private static ExecuteCommandResult Show(BlenderDesktopResource desktop) =>
        DesktopSnapshot.PageOf(desktop.Parent.Pages, desktop.Id) is { } page
            ? CommandResults.Success(
                page,
                $"[{page}]({page})\n\nThe page shows the desktop to its owner only. To anybody else, an administrator too, there is no "
                    + "such desktop; its owner can share it by a link.",
                CommandResultFormat.Markdown,
                displayImmediately: true)
            : CommandResults.Failure(
                "Where the pages of desktops are is not known yet. Wait until the portal's front door runs, and try again.");

    private Task<ExecuteCommandResult> SaveAsync(string id, CancellationToken cancellationToken) =>
        provisioner.CommandAsync(
            HttpMethod.Post, $"desktops/{id}/save",
            async (_, answer) =>
            {
                var saved = await answer.Content.ReadFromJsonAsync<DesktopChange>(cancellationToken).ConfigureAwait(false);
                return CommandResults.Success(saved?.SavedAt is { } at
                    ? string.Create(CultureInfo.InvariantCulture, $"Saved at {at:HH:mm:ss} UTC.")
                    : "Saved.");
            },
            cancellationToken);

    private Task<ExecuteCommandResult> StopAsync(string id, CancellationToken cancellationToken) =>
        provisioner.CommandAsync(
            HttpMethod.Delete, $"desktops/{id}",
            (client, _) => AwaitEndAsync(client, id, cancellationToken), cancellationToken);

    /// <summary>A stop is accepted before it has happened, and it may come to nothing: what cannot be stored is kept.</summary>
    private static async Task<ExecuteCommandResult> AwaitEndAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(
            new Uri($"desktops/{id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            return CommandResults.Success("It is gone.");
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var wasSaving = false;
        var events = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<DesktopChange>(data, JsonSerializerOptions.Web));
        await foreach (var item in events.EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            if (item.Data is not { } desktop)
                continue;
            wasSaving |= desktop.State == "saving";
            if (desktop.State == "failed" || (wasSaving && desktop.State == "ready"))
                return CommandResults.Failure(desktop.Message);
            if (desktop.IsOver)
                return CommandResults.Success($"Its owner reads: {desktop.Message}");
        }

        return CommandResults.Failure("The provisioner broke off before the desktop was gone. It goes on with that when it runs again.");
    }
}
