using System.Collections.Immutable;
using System.IO.Pipes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal sealed class ProcessWorkload : IWorkload
{
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource<int?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProcessWorkload(int pid, Dictionary<string, string> environment)
    {
        Pid = pid;
        Environment = [.. environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, true))];
        Properties = [new("executable.pid", pid)];
    }

    public int Pid { get; }

    public Task<int?> Exited => _exited.Task;

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; }

    public ImmutableArray<EnvironmentVariableSnapshot> Environment { get; }

    public static ProcessWorkload Start(
        IResource resource, IReadOnlyList<string> command, string directory, IEnumerable<string> environment,
        Dictionary<string, string> shown, ResourceLoggerService loggers)
    {
        var output = new AnonymousPipeServerStream(PipeDirection.In);
        var error = new AnonymousPipeServerStream(PipeDirection.In);
        try
        {
            var pid = Spawner.Start(command, directory, environment, output.ClientSafePipeHandle, error.ClientSafePipeHandle);
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();

            var workload = new ProcessWorkload(pid, shown);
            var reading = new[] { Follow(output, false), Follow(error, true) };
            OnThread($"{resource.Name} exit", () => workload.End(NativeProcess.WaitForExit(pid), reading));
            return workload;
        }
        catch
        {
            output.Dispose();
            error.Dispose();
            throw;
        }

        Task Follow(AnonymousPipeServerStream pipe, bool isError) => OnThread($"{resource.Name} output", () =>
        {
            using var reader = new StreamReader(pipe);
            while (reader.ReadLine() is { } line) loggers.Write(resource, line, isError);
        });
    }

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!Exited.IsCompleted)
        {
            NativeProcess.SignalGroup(Pid, NativeProcess.Terminate);
            try
            {
                await Exited.WaitAsync(grace, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception impatience) when (impatience is TimeoutException or OperationCanceledException)
            {
                // It has had its time.
            }
        }

        // Also what it has started itself and left in its session.
        NativeProcess.SignalGroup(Pid, NativeProcess.Kill);
        await Exited.ConfigureAwait(false);
    }

    public void Dispose()
    {
        // The process and its pipes have ended by themselves.
    }

    private void End(int code, Task[] reading)
    {
        // A grandchild may hold the pipes open for ever; the last lines are worth a moment only.
        Task.WaitAll(reading, OutputPatience);
        _exited.TrySetResult(code);
    }

    private static Task OnThread(string name, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                work();
            }
            catch (IOException)
            {
                // The other end of a pipe is gone.
            }

            done.TrySetResult();
        })
        { IsBackground = true, Name = name }.Start();
        return done.Task;
    }
}
