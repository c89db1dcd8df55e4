using System.Globalization;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Reconciling;

namespace GuacAspire.Provisioner.Draining;

/// <summary>Says how far a drain has come.</summary>
internal sealed class DrainReport(DrainSwitch drain, DesktopRegistry registry, WarmPool pool, Studio studio, Reconciler reconciler)
{
    public Drain Now()
    {
        var people = registry.List().Where(desktop => !desktop.Current.State.IsOver()).ToList();
        var others = pool.List().Count + studio.Count;
        if (drain.Order is not { } order)
            return new(DrainState.Off, null, null, people.Count, others, "Launches are admitted.");
        // What an earlier process has left may not be known yet.
        var isEmpty = people.Count + others == 0 && reconciler.FirstPass.IsCompleted;
        return new(
            isEmpty ? DrainState.Drained : DrainState.Draining, order.Since, order.Until, people.Count, others,
            $"No launches are admitted since {Moment(order.Since)}, until DELETE /drain. {Describe(order, people, isEmpty)}");
    }

    private string Describe(DrainOrder order, List<ManagedDesktop> people, bool isEmpty) => people switch
    {
        [] => isEmpty ? "No desktop is left." : "Desktops that nobody uses are being removed.",
        _ when !drain.IsDue => $"{Count(people.Count)} left, to be saved and removed at {Moment(order.Until)}.",
        _ when people.Find(desktop => desktop.Current.SaveFault is not null) is { Current.SaveFault: { } fault } =>
            $"{Count(people.Count)} left; what cannot be saved is kept, and tried again: {fault}",
        _ => $"{Count(people.Count)} left, being saved and removed.",
    };

    private static string Count(int desktops) => desktops == 1 ? "1 desktop is" : $"{desktops} desktops are";

    private static string Moment(DateTimeOffset at) => at.ToString("u", CultureInfo.InvariantCulture);
}
