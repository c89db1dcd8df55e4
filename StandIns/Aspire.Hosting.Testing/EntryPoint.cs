using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's own Main on a thread of its own, and holds it at Build and before Run until the test wants it to go on.
/// </summary>
internal sealed class EntryPoint(
    Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    : TestingHooks(assembly, configure), IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);
    private readonly Assembly _assembly = assembly;
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _build = new();
    private readonly TaskCompletionSource _run = new();

    public Task Ended => _ended.Task;

    public async Task<DistributedApplicationBuilder> CreateBuilderAsync(CancellationToken cancellationToken)
    {
        var main = _assembly.EntryPoint
            ?? throw new InvalidOperationException($"The assembly {_assembly.GetName().Name} has no entry point.");
        Current = this;
        new Thread(() => Main(main)) { IsBackground = true, Name = $"{_assembly.GetName().Name} entry point" }.Start();
        Current = null;
        return await _builder.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _build.TrySetResult();
        return new ObservedApplication(await _application.Task.WaitAsync(cancellationToken).ConfigureAwait(false), this);
    }

    public async Task StartAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration =
            application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult())
            .ConfigureAwait(false);
        _run.TrySetResult();
        await (await Task.WhenAny(started.Task, _ended.Task).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _build.TrySetCanceled(CancellationToken.None);
        _run.TrySetCanceled(CancellationToken.None);
        if (_application.Task.IsCompletedSuccessfully && !_ended.Task.IsCompleted)
        {
            try
            {
                _application.Task.Result.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }

        try
        {
            await _ended.Task.WaitAsync(StopPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (_ended.Task.IsCompleted && failure is not TimeoutException)
        {
            // Why it failed has been told where it was started.
        }
    }

    public override void Building(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _build.Task.GetAwaiter().GetResult();
    }

    public override void Built(DistributedApplication application)
    {
        application.IsObserved = true;
        _application.TrySetResult(application);
        _run.Task.GetAwaiter().GetResult();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private void Main(MethodInfo main)
    {
        try
        {
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [args]);
            End(new InvalidOperationException(
                $"The entry point of {_assembly.GetName().Name} ended without building a DistributedApplication."));
            _ended.TrySetResult();
        }
        catch (TargetInvocationException wrapped)
        {
            var failure = wrapped.InnerException!;
            End(failure);
            _ended.TrySetException(failure);
        }
    }

    private void End(Exception failure)
    {
        _builder.TrySetException(failure);
        _application.TrySetException(failure);
    }
}
