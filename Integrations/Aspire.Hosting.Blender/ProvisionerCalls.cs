using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Blender;

/// <summary>Calls of the provisioner, which asks for a key, and what it refuses in its own words.</summary>
internal sealed class ProvisionerCalls(EndpointReference provisioner, ParameterResource key)
{
    public async Task<HttpClient> CreateClientAsync(CancellationToken cancellationToken)
    {
        var client = new HttpClient { BaseAddress = new Uri(provisioner.Url + "/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", await key.GetValueAsync(cancellationToken).ConfigureAwait(false));
        return client;
    }

    /// <summary>Does what an operator asks for.</summary>
    /// <param name="method">The call's method.</param>
    /// <param name="path">The call's path, without a slash before it.</param>
    /// <param name="succeed">Says in words what a good answer means.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun goes on.</param>
    public async Task<ExecuteCommandResult> CommandAsync(
        HttpMethod method, string path, Func<HttpClient, HttpResponseMessage, Task<ExecuteCommandResult>> succeed,
        CancellationToken cancellationToken)
    {
        try
        {
            using var client = await CreateClientAsync(cancellationToken).ConfigureAwait(false);
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? await succeed(client, answer).ConfigureAwait(false)
                : CommandResults.Failure(await ReadRefusalAsync(answer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return CommandResults.Failure("The provisioner does not answer. Look at its state and log; when it runs again, try again.");
        }
    }

    /// <summary>The words in a refusal, which everything of ours has.</summary>
    public static async Task<string> ReadRefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = $"The provisioner answered {(int)answer.StatusCode} {answer.ReasonPhrase}";
        if (answer.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return $"{status} and did not say why. Its log may.";
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var problem = JsonSerializer.Deserialize<Problem>(text, JsonSerializerOptions.Web);
        return problem switch
        {
            { Title: { } title, Detail: { } detail } => $"{title.TrimEnd('.')}. {detail}",
            { Detail: { } detail } => detail,
            { Title: { } title } => $"{title.TrimEnd('.')}. {status}.",
            _ => $"{status}.",
        };
    }

    private sealed record Problem(string? Title, string? Detail);
}
