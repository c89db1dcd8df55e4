using GuacAspire.Provisioner.Reconciling;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class InstanceLockTests : IDisposable
{
    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("guacaspire-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_instance_has_one_Provisioner_and_another_may_follow_it()
    {
        using var first = New();
        await first.TakeAsync(Cancellation);
        using (var second = New())
        {
            var refusal = await Assert.ThrowsAsync<InstanceTakenException>(() => second.TakeAsync(Cancellation));
            Assert.Contains("'unit'", refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId},", refusal.Message, StringComparison.Ordinal);
        }

        using var other = New("another");
        await other.TakeAsync(Cancellation);
        using var third = New();
        var waits = third.TakeAsync(Cancellation);
        first.Dispose();
        await waits;
    }

    public void Dispose() => _store.Delete(recursive: true);

    private InstanceLock New(string instance = "unit") => new(
        TestOptions.Desktops(options => (options.Instance, options.DataDirectory) = (instance, _store.FullName)), TimeProvider.System);
}
