using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Opens every sample in a desktop and compares what Blender has with what was exported.</summary>
public sealed class MeshTests(SharedDesktop shared) : IClassFixture<SharedDesktop>
{
    // Formats keep single precision, and turn the axes on the way out and back.
    private const double Tolerance = 0.001;

    private static readonly string Folder = Path.Combine(RunningSystem.RepositoryRoot, "Meshes");

    private sealed record Sample(string Id, string File, long Triangles, string[] Objects, Bounds Bounds);

    public static TheoryData<string> Samples => [.. Read().Select(sample => sample.Id)];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task WhatWasExportedIsWhatBlenderOpens(string id)
    {
        var sample = Read().Single(entry => entry.Id == id);
        using var agent = new AgentClient(shared.Container);
        await using var file = File.OpenRead(Path.Combine(Folder, sample.File));
        var status = await agent.OpenAsync(sample.File, file);
        Assert.True(status.MeshDrawn, $"{sample.File} was opened but not drawn.");
        Assert.Equal(sample.Triangles, status.Triangles);

        var scene = await agent.SceneAsync();
        Assert.Equal(sample.Objects.Order(StringComparer.Ordinal),
            scene.Objects.Where(one => one.Type == "MESH").Select(one => one.Name).Order(StringComparer.Ordinal));
        AssertNear(sample.Bounds.Min, scene.Bounds.Min);
        AssertNear(sample.Bounds.Max, scene.Bounds.Max);

        static void AssertNear(double[] expected, double[] actual) => Assert.True(
            expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) < Tolerance),
            $"The box's corner is at ({string.Join(", ", actual)}), not at ({string.Join(", ", expected)}).");
    }

    private static Sample[] Read() =>
        JsonSerializer.Deserialize<Sample[]>(File.ReadAllBytes(Path.Combine(Folder, "catalogue.json")), JsonSerializerOptions.Web)!;
}
