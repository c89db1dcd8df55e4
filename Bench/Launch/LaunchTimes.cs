namespace GuacAspire.Bench.Launch;

/// <summary>One launch, in seconds from the click.</summary>
/// <param name="Redirect">The browser may open the tunnel.</param>
/// <param name="FirstPicture">A whole picture has come through the tunnel, whatever it shows.</param>
/// <param name="Mesh">The mesh is in the picture.</param>
internal sealed record LaunchTimes(double Redirect, double FirstPicture, double Mesh);
