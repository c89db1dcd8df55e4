using Guacamole.Client.Serialization;

namespace Guacamole.Client;

public sealed partial class GuacamoleSession
{
    /// <summary>Lists the latest uses of connections, the newest first; Guacamole gives a thousand at most.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Rows of the history.</returns>
    public async Task<IReadOnlyList<GuacamoleHistoryRecord>> ListConnectionHistoryAsync(CancellationToken cancellationToken = default) =>
        await GetAsync(
            $"{_data}/history/connections?order=-startDate", GuacamoleJson.Default.GuacamoleHistoryRecordArray,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Opens what has been recorded of a use of a connection.</summary>
    /// <param name="record">The row's identifier.</param>
    /// <param name="log">The name under which the row holds it.</param>
    /// <param name="cancellationToken">Cancels the call, and not the reading.</param>
    /// <returns>The answer, which the caller disposes; its content is read as it comes.</returns>
    public Task<HttpResponseMessage> OpenConnectionLogAsync(string record, string log, CancellationToken cancellationToken = default) =>
        WithTokenAsync(
            token => _transport.OpenAsync(
                new(HttpMethod.Get, $"{_data}/history/connections/{Uri.EscapeDataString(record)}/logs/{Uri.EscapeDataString(log)}") { Token = token },
                cancellationToken),
            cancellationToken);
}
