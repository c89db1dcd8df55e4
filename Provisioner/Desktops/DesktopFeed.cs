using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>A desktop's new state, numbered in the order of all changes.</summary>
internal sealed record DesktopChange(long Number, Desktop Desktop);

/// <summary>Tells every change of every desktop to whoever listens. Who comes late is told the present state first.</summary>
internal sealed class DesktopFeed
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DesktopChange> _latest = [];
    private readonly HashSet<Subscription> _subscriptions = [];

    // Numbers go on increasing over a restart, as a browser's event stream expects when it reconnects.
    private long _number;

    public DesktopFeed(TimeProvider time) => _number = time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Publish(Desktop desktop)
    {
        lock (_lock)
        {
            var change = new DesktopChange(++_number, desktop);
            _latest[desktop.Id] = change;
            foreach (var subscription in _subscriptions)
                subscription.Offer(change);
        }
    }

    public void Forget(string id)
    {
        lock (_lock)
            _latest.Remove(id);
    }

    /// <summary>Listens to one desktop, or to all of them.</summary>
    public Subscription Subscribe(string? id)
    {
        var subscription = new Subscription(this, id);
        lock (_lock)
        {
            foreach (var change in _latest.Values.OrderBy(change => change.Number))
                subscription.Offer(change);
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
            _subscriptions.Remove(subscription);
    }

    internal sealed class Subscription(DesktopFeed feed, string? id) : IDisposable
    {
        private readonly Backlog _changes = new();

        public ChannelReader<DesktopChange> Changes => _changes;

        public void Dispose() => feed.Remove(this);

        internal void Offer(DesktopChange change)
        {
            if (id is not null && id != change.Desktop.Id)
                return;
            // Nothing follows the end of a single desktop.
            _changes.Add(change, isLast: id is not null && change.Desktop.State.IsOver());
        }
    }

    /// <summary>
    /// What a listener has not read yet. Every change holds the whole state: of who cannot keep up old ones are dropped, and never the
    /// newest of any desktop, however many there are.
    /// </summary>
    private sealed class Backlog : ChannelReader<DesktopChange>
    {
        private const int Few = 256;

        private readonly Lock _lock = new();
        private readonly Channel<bool> _bell =
            Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Queue<DesktopChange> _changes = new();
        private int _most = Few;
        private bool _isOver;

        public override Task Completion => _read.Task;

        public void Add(DesktopChange change, bool isLast)
        {
            lock (_lock)
            {
                if (_isOver)
                    return;
                _isOver = isLast;
                _changes.Enqueue(change);
                if (_changes.Count > _most)
                    DropReplaced();
            }

            _bell.Writer.TryWrite(true);
        }

        public override bool TryRead([MaybeNullWhen(false)] out DesktopChange item)
        {
            lock (_lock)
            {
                var isThere = _changes.TryDequeue(out item);
                if (_isOver && _changes.Count == 0)
                    _read.TrySetResult();
                return isThere;
            }
        }

        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                lock (_lock)
                {
                    if (_changes.Count > 0 || _isOver)
                        return _changes.Count > 0;
                }

                await _bell.Reader.ReadAsync(cancellationToken);
            }
        }

        private void DropReplaced()
        {
            _changes = new(_changes.Reverse().DistinctBy(change => change.Desktop.Id).Reverse());
            // Not at each change from then on, where there are as many desktops.
            _most = Math.Max(Few, 2 * _changes.Count);
        }
    }
}
