namespace GuacAspire.Bench.Tunnel;

internal static class Statistics
{
    public static double Quantile(this IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }

    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);
}
