namespace GuacAspire.Bench.Tunnel;

internal static class Crowd
{
    /// <summary>Does the same on so many threads at once, and fails if one of them does.</summary>
    public static void Run(int size, Action<int> act)
    {
        Exception? failure = null;
        var threads = Enumerable.Range(0, size).Select(number => new Thread(() =>
        {
            try
            {
                act(number);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failure is not null)
            throw new InvalidOperationException(failure.Message, failure);
    }
}
