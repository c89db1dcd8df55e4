using System.Threading.Channels;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>A desktop's new state, numbered in the order of all changes.</summary>
internal sealed record DesktopChange(long Number, Desktop Desktop);

/// <summary>Tells every change of every desktop to whoever listens. Who comes late is told the present state first.</summary>
internal sealed class DesktopFeed
{
    // Every change holds the whole state: a listener that cannot keep up may lose old ones, never the newest.
    private static readonly BoundedChannelOptions Buffer = new(256) { FullMode = BoundedChannelFullMode.DropOldest };

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
        private readonly Channel<DesktopChange> _changes = Channel.CreateBounded<DesktopChange>(Buffer);

        public ChannelReader<DesktopChange> Changes => _changes.Reader;

        public void Dispose() => feed.Remove(this);

        internal void Offer(DesktopChange change)
        {
            if (id is not null && id != change.Desktop.Id)
                return;
            _changes.Writer.TryWrite(change);
            // Nothing follows the end of a single desktop.
            if (id is not null && change.Desktop.State.IsOver())
                _changes.Writer.TryComplete();
        }
    }
}
