using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Docker.DotNet.Models;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>What a desktop's agent says of the Blender that it sits in.</summary>
internal sealed record AgentStatus(
    bool Ready, string? Mesh, bool MeshDrawn, string[] Objects, long Triangles, bool Unsaved, string Blender, double? LastInput,
    double? Resumed);

/// <summary>What is in Blender's scene, measured by Blender.</summary>
internal sealed record Scene(SceneObject[] Objects, Bounds Bounds);

internal sealed record SceneObject(string Name, string Type, string? Parent, long Triangles);

internal sealed record Bounds(double[] Min, double[] Max);

/// <summary>The agent of one desktop, reached where the Provisioner reaches it, with the token that the container was given.</summary>
internal sealed class AgentClient(ContainerInspectResponse container, HttpMessageHandler? way = null) : IDisposable
{
    private const string TokenVariable = "AGENT_TOKEN=";

    private readonly HttpClient _http = new(way ?? new SocketsHttpHandler())
    {
        BaseAddress = new Uri($"http://{AddressOf(container)}:7070/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(container)) },
    };

    public static string AddressOf(ContainerInspectResponse container) =>
        container.NetworkSettings.Networks.Values.Select(network => network.IPAddress).First(address => !string.IsNullOrEmpty(address));

    public static string TokenOf(ContainerInspectResponse container) =>
        container.Config.Env.Single(variable => variable.StartsWith(TokenVariable, StringComparison.Ordinal))[TokenVariable.Length..];

    public async Task<AgentStatus> StatusAsync() =>
        await _http.GetFromJsonAsync<AgentStatus>("status", TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The agent answered with nothing.");

    public async Task<AgentStatus> OpenAsync(string name, Stream content)
    {
        using var body = new StreamContent(content);
        using var answer = await _http.PostAsync($"open?name={Uri.EscapeDataString(name)}", body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"The agent did not open {name}: {(int)answer.StatusCode} {text}");
        return await StatusAsync();
    }

    /// <summary>Asks and hangs up, as one does who no longer waits, or is killed.</summary>
    public async Task AskInVainAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_http.BaseAddress!.Host, _http.BaseAddress.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: desktop\r\nAuthorization: {_http.DefaultRequestHeaders.Authorization}\r\n\r\n"),
            TestContext.Current.CancellationToken);
    }

    public async Task<Scene> SceneAsync() =>
        await _http.GetFromJsonAsync<Scene>("scene", TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The agent answered with nothing.");

    public void Dispose() => _http.Dispose();
}
