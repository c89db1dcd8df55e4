using System.Text.Json.Serialization.Metadata;

namespace GuacAspire.Gateway.Api;

/// <summary>Marks a type whose null properties are left out of its JSON.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class JsonIgnoreNullsAttribute : Attribute
{
    public static void Apply(JsonTypeInfo type)
    {
        if (!type.Type.IsDefined(typeof(JsonIgnoreNullsAttribute), false))
            return;
        foreach (var property in type.Properties)
            property.ShouldSerialize = static (_, value) => value is not null;
    }
}
