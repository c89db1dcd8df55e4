using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.StandIns.Dashboard;

/// <summary>A small application with its dashboard, and a browser's way to it.</summary>
public sealed class DashboardHost : IAsyncLifetime, ILoggerProvider
{
    public const string Token = "the-token-of-this-test";
    public const string Secret = "s3cret-of-the-parameter";
    public const string Derived = "only-in-an-environment-1234";

    private readonly TaskCompletionSource<Uri> _login = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DistributedApplication? _app;

    public Uri Address { get; private set; } = new("http://localhost");

    public IResource Resource { get; } = new Part("part");

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = [$"--ASPNETCORE_URLS=http://localhost:{FreePort()}", $"--AppHost:BrowserToken={Token}"],
        });
        builder.AddParameter("password", Secret, secret: true);
        builder.AddParameter("greeting", "hello");
        builder.AddResource((Part)Resource).WithCommand("greet", "Greet", context =>
        {
            context.ServiceProvider.GetRequiredService<ResourceLoggerService>().GetLogger(Resource).Say("Greeted.");
            return Task.FromResult(CommandResults.Success());
        }).WithCommand("never", "Never", _ => Task.FromResult(CommandResults.Success()), new() { UpdateState = _ => ResourceCommandState.Disabled });
        builder.Services.AddSingleton<ILoggerProvider>(this);
        _app = builder.Build();
        await _app.StartAsync();
        Address = new((await _login.Task.WaitAsync(TimeSpan.FromSeconds(30))).GetLeftPart(UriPartial.Authority));
        await _app.ResourceNotifications.PublishUpdateAsync(Resource, state => state with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            Urls = [new("http", "http://localhost:1234/", IsInternal: false)],
            Properties = [new("connection", $"Server=here;Password={Secret}"), new("plain", "to be seen")],
            EnvironmentVariables = [new("PART_PASSWORD", Derived, true), new("PART_NAME", "a name", true),
                new("PART_URL", $"http://user:{Secret}@here/", true)],
        });
    }

    public HttpClient Browser() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    public async Task<HttpClient> SignedInAsync()
    {
        var browser = Browser();
        using var answer = await browser.GetAsync(new Uri($"/login?t={Token}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    public ILogger CreateLogger(string categoryName) => new LoginListener(_login);

    public void Dispose()
    {
        // The application that this listens to is disposed of above.
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Part(string name) : Resource(name);

    private sealed class LoginListener(TaskCompletionSource<Uri> login) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            const string Announcement = "Login to the dashboard at ";
            if (formatter(state, exception) is var text && text.StartsWith(Announcement, StringComparison.Ordinal))
                login.TrySetResult(new(text[Announcement.Length..]));
        }
    }
}
