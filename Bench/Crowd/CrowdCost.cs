namespace GuacAspire.Bench.Crowd;

/// <summary>What a house costs in which nobody does anything, in one round: all that is done within fifteen seconds.</summary>
/// <param name="Guacamole">Calls to Guacamole.</param>
/// <param name="Agents">Calls to desktops' agents.</param>
/// <param name="Engine">Calls to the engine.</param>
/// <param name="Processor">Milliseconds of the process's processor time.</param>
/// <param name="Page">The same for a page with all saves and the picture of each.</param>
internal sealed record CrowdCost(double Guacamole, double Agents, double Engine, double Processor, double Page)
{
    public double Calls => Guacamole + Agents;
}
