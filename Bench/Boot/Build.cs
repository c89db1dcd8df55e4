namespace GuacAspire.Bench.Boot;

/// <summary>One checkout of the system, which has been started before, so that its images and volumes are there.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Folder">Where it lies; its <c>run</c> is started there.</param>
internal sealed record Build(string Name, string Folder);
