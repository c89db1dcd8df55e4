using System.Net.Http.Headers;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>The whole Provisioner, with the engine, the agents and Guacamole replaced at the edge.</summary>
internal sealed class ProvisionerHost : WebApplicationFactory<DesktopRegistry>
{
    public const string Key = "a-key-of-some-length";

    /// <summary>The store; one that a test brings along stays.</summary>
    public string? Store { get; init; }

    /// <summary>Options of desktops that a test sets.</summary>
    public Dictionary<string, string> Options { get; init; } = [];

    /// <summary>Other settings, by their whole names.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    public LogLines Log { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    private readonly string _directory = Directory.CreateTempSubdirectory("guacaspire-").FullName;

    public FakeRuntime Runtime { get; init; } = new();

    public FakeAgents Agents { get; init; } = new();

    /// <summary>What stands between the Provisioner and its engine.</summary>
    public Func<IDesktopRuntime, IDesktopRuntime> EngineLine { get; init; } = engine => engine;

    /// <summary>What stands between the Provisioner and whom it calls by HTTP.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> Line { get; init; } = far => far;

    public FakeGuacamole Guacamole { get; init; } = new();

    /// <summary>The background services whose rounds the test does itself: its clock brings none.</summary>
    public Type[] OwnRounds { get; init; } = [];

    /// <summary>How many desktops stand ready; most tests look at desktops that somebody has.</summary>
    public int PoolSize { get; init; }

    public bool HasNothing => Runtime.IsEmpty && Guacamole.HasOnlyItsAdministrator;

    public HttpClient Anonymous => CreateClient();

    public HttpClient Http
    {
        get
        {
            var http = CreateClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            return http;
        }
    }

    public static MultipartFormDataContent Form(
        string owner = "anna", string mesh = "cube", string file = "cube.stl", string? key = null, int? width = null, int? height = null) => new()
    {
        { JsonContent.Create(new LaunchRequest(owner, mesh, file, key, width, height)), "launch" },
        { new ByteArrayContent([1, 2, 3]), "file", "mesh" },
    };

    public async Task<Desktop> LaunchAsync(string owner = "anna", string mesh = "cube")
    {
        using var form = Form(owner, mesh);
        using var response = await Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Desktop>(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Waits, by the desktop's own events, for a state.</summary>
    public async Task<Desktop> WaitAsync(string id, params DesktopState[] states)
    {
        using var subscription = Services.GetRequiredService<DesktopFeed>().Subscribe(id);
        await foreach (var change in subscription.Changes.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (states.Contains(change.Desktop.State))
                return change.Desktop;
        }

        throw new InvalidOperationException("The desktop ended in another state.");
    }

    public async Task<Desktop> LaunchReadyAsync(string owner = "anna", string mesh = "cube") =>
        await WaitAsync((await LaunchAsync(owner, mesh)).Id, DesktopState.Ready);

    /// <summary>
    /// Waits until nobody is busy with a desktop that is ready, since such a one is passed over: it is said to be ready just before whoever
    /// launched it lets go of it.
    /// </summary>
    public async Task SettleAsync()
    {
        foreach (var desktop in Services.GetRequiredService<DesktopRegistry>().List().Where(one => one.Current.State == DesktopState.Ready))
        {
            await desktop.Exclusive.WaitAsync(TestContext.Current.CancellationToken);
            desktop.Exclusive.Release();
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Provisioner:Key", Key);
        builder.UseSetting("Guacamole:Endpoint", "http://guacamole.test/guacamole");
        builder.UseSetting("Guacamole:Username", "guacadmin");
        builder.UseSetting("Guacamole:Password", "admin-password");
        builder.UseSetting("Desktops:Image", "image");
        builder.UseSetting("Desktops:Instance", "unit");
        builder.UseSetting("Desktops:PoolSize", PoolSize.ToString(System.Globalization.CultureInfo.InvariantCulture));
        builder.UseSetting("Desktops:PoolPause", "00:00:00");
        builder.UseSetting("Desktops:DataDirectory", Store ?? _directory);
        foreach (var (name, value) in Options)
            builder.UseSetting($"Desktops:{name}", value);
        foreach (var (name, value) in Settings)
            builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(services =>
        {
            services
                .AddSingleton(EngineLine(Runtime))
                .AddSingleton(Time)
                .AddSingleton(new AgentClient(new(Line(Agents))))
                .AddSingleton(new global::Guacamole.Client.GuacamoleClient(new(Line(Guacamole)) { BaseAddress = new("http://guacamole.test/guacamole") }));
            Unit.OwnRounds.LeaveOut(services, OwnRounds);
        });
    }

    /// <summary>Waits until the pool is as wanted, and answers with its members.</summary>
    public async Task<IReadOnlyList<PoolMember>> PoolAsync(Func<IReadOnlyList<PoolMember>, bool> isRight)
    {
        var pool = Services.GetRequiredService<WarmPool>();
        IReadOnlyList<PoolMember> members = [];
        await Eventually.TrueAsync(() => isRight(members = pool.List()));
        return members;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }
}
