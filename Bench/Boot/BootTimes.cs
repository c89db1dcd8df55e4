namespace GuacAspire.Bench.Boot;

/// <summary>One start and its end.</summary>
/// <param name="Ready">Seconds from <c>./run</c> to the line that says that it is ready.</param>
/// <param name="Resident">Bytes that everything beside services, MySQL, guacd, nginx and desktops has in memory; what processes share counts once for each.</param>
/// <param name="Proportional">The same, with what processes share divided among them.</param>
/// <param name="Warm">Seconds from a click to the picture with the mesh, from the pool.</param>
/// <param name="Cold">The same with an empty pool.</param>
/// <param name="End">Seconds from Ctrl-C until <c>./run</c> has returned.</param>
internal sealed record BootTimes(double Ready, long Resident, long Proportional, double Warm, double Cold, double End);
