namespace GuacAspire.Tests.Unit.Portal;

/// <summary>One Portal for the tests of a class that leave nothing in it.</summary>
public sealed class SharedPortal : IAsyncDisposable
{
    internal PortalApp App { get; } = new PortalApp().With("Portal:GuestsPerMinute", "1000").With("Portal:LaunchesPerMinute", "1000");

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
