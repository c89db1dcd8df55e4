namespace Aspire.Hosting.ApplicationModel;

public sealed class ValueSnapshot<T> where T : notnull
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<T> _value = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsValueSet => _value.Task.IsCompleted;

    public Task<T> GetValueAsync(CancellationToken cancellationToken = default) => _value.Task.WaitAsync(cancellationToken);

    public void SetValue(T value)
    {
        lock (_lock)
        {
            if (_value.TrySetResult(value)) return;
            _value = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _value.SetResult(value);
        }
    }

    public void SetException(Exception exception)
    {
        lock (_lock)
        {
            if (_value.TrySetException(exception)) return;
            _value = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _value.SetException(exception);
        }
    }
}
