using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.ContainerImages;

/// <summary>How an image is made.</summary>
internal abstract class ImageRecipe
{
    /// <summary>The label that tells what an image was made from.</summary>
    public const string InputsLabel = "aspire.image.inputs";

    /// <summary>
    /// A digest of everything that the image is made from; <see langword="null"/> where only its name tells whether it is the right one.
    /// </summary>
    /// <param name="baseIds">The engine's ids of the images that it is made from.</param>
    public abstract string? Inputs(IReadOnlyList<string> baseIds);

    /// <summary>The command that makes it.</summary>
    /// <param name="reference">The image's name with its tag.</param>
    /// <param name="inputs">What <see cref="Inputs"/> has answered.</param>
    public abstract ImageCommand Command(string reference, string? inputs);
}

/// <summary>A command line.</summary>
internal sealed record ImageCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);

/// <summary>An image that a command makes, which leaves one alone that is there.</summary>
internal sealed class CommandRecipe(ImageCommand command) : ImageRecipe
{
    public override string? Inputs(IReadOnlyList<string> baseIds) => null;

    public override ImageCommand Command(string reference, string? inputs) => command;
}

/// <summary>An image that BuildKit makes from a Dockerfile.</summary>
internal sealed class DockerfileRecipe(string contextPath) : ImageRecipe
{
    public string ContextPath { get; } = contextPath;

    public Dictionary<string, string> Arguments { get; } = new(StringComparer.Ordinal);

    public override string Inputs(IReadOnlyList<string> baseIds)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in Arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal))
            Append($"{name}={value}");
        foreach (var id in baseIds)
            Append(id);
        foreach (var file in Files())
        {
            // The mode is copied into the image as well.
            Append($"{Path.GetRelativePath(ContextPath, file)} {(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file))}");
            digest.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());

        // With a byte that no text has, so that no two lists read the same.
        void Append(string text) => digest.AppendData([.. Encoding.UTF8.GetBytes(text), 0]);
    }

    public override ImageCommand Command(string reference, string? inputs) => new(
        "docker",
        [
            "build", "--progress", "plain", "--tag", reference, "--label", $"{InputsLabel}={inputs}",
            .. Arguments.SelectMany(argument => new[] { "--build-arg", $"{argument.Key}={argument.Value}" }), ContextPath,
        ],
        ContextPath);

    // What Python leaves beside its scripts is no part of it, here as in .dockerignore.
    private IEnumerable<string> Files() => Directory.EnumerateFiles(ContextPath, "*", SearchOption.AllDirectories)
        .Where(file => !file.Contains("__pycache__", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
