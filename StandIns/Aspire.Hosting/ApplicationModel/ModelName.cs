namespace Aspire.Hosting.ApplicationModel;

public interface IModelNameParameter;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ResourceNameAttribute : Attribute, IModelNameParameter;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EndpointNameAttribute : Attribute, IModelNameParameter;

internal static class ModelName
{
    public const int MaximumLength = 64;

    public static void Validate(string target, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);

        if (name.Length > MaximumLength)
            throw Invalid(target, name, $"Name must be between 1 and {MaximumLength} characters long.");
        if (!name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw Invalid(target, name, "Name must contain only ASCII letters, digits, and hyphens.");
        if (!char.IsAsciiLetter(name[0]))
            throw Invalid(target, name, "Name must start with an ASCII letter.");
        if (name.EndsWith('-'))
            throw Invalid(target, name, "Name cannot end with a hyphen.");
        if (name.Contains("--", StringComparison.Ordinal))
            throw Invalid(target, name, "Name cannot contain consecutive hyphens.");
    }

    private static ArgumentException Invalid(string target, string name, string reason) =>
        new($"{target} name '{name}' is invalid. {reason}", nameof(name));
}
