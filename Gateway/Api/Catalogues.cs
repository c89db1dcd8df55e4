using System.Text.Json.Nodes;

namespace GuacAspire.Gateway.Api;

/// <summary>The static descriptions that clients build their forms from.</summary>
internal static class Catalogues
{
    private static readonly JsonObject Protocols = JsonNode.Parse(Text("protocols.json"))!.AsObject();

    public static void MapSchema(this IEndpointRouteBuilder source)
    {
        foreach (var name in (string[])["userAttributes", "connectionAttributes", "connectionGroupAttributes", "protocols"])
            source.MapCatalogue("/schema/" + name, Text(name + ".json"));
        foreach (var name in (string[])["userPreferenceAttributes", "userGroupAttributes", "sharingProfileAttributes"])
            source.MapCatalogue("/schema/" + name, "[]");
    }

    /// <summary>Shared connections have protocols but nothing that could be edited.</summary>
    public static void MapSharedSchema(this IEndpointRouteBuilder source)
    {
        source.MapCatalogue("/schema/protocols", Text("protocols.json"));
        foreach (var name in (string[])
            [
                "userAttributes", "userPreferenceAttributes", "userGroupAttributes", "connectionAttributes",
                "connectionGroupAttributes", "sharingProfileAttributes",
            ])
            source.MapCatalogue("/schema/" + name, "[]");
    }

    public static void MapPublicCatalogues(this IEndpointRouteBuilder api)
    {
        api.MapCatalogue("/languages", Text("languages.json"));
        api.MapCatalogue("/patches", "[]");
    }

    public static IResult Protocol(string name) => Protocols[name] is { } protocol
        ? Results.Text(protocol.ToJsonString(Json.Options), "application/json")
        : DirectoryApi.Ok(new { name, connectionForms = Array.Empty<string>(), sharingProfileForms = Array.Empty<string>() });

    private static void MapCatalogue(this IEndpointRouteBuilder routes, string path, string json) =>
        routes.MapMethods(path, Reading.Methods, () => Results.Text(json, "application/json"));

    private static string Text(string resource)
    {
        using var stream = typeof(Catalogues).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
