using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace GuacAspire.Provisioner.Api;

/// <summary>Says in the API's document what every call has in common: the key, and the answers to who has none and to who comes too early.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "GuacAspire's Provisioner";
            document.Info.Description = "Desktops: launch, save, share, record, stop. For the portal and operators only; errors are problem+json.";
            document.AddComponent<IOpenApiSecurityScheme>(KeyAuthentication.SchemeName, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The value of Provisioner:Key.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
                return Task.CompletedTask;
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(KeyAuthentication.SchemeName, context.Document)] = [] }];
            operation.Responses ??= [];
            operation.Responses.TryAdd("401", new OpenApiResponse { Description = "The key is missing or wrong." });
            return Task.CompletedTask;
        });
    }

    /// <summary>Names the refusals of a call, or of a group of calls.</summary>
    public static T Refuses<T>(this T calls, params int[] statuses)
        where T : IEndpointConventionBuilder
    {
        calls.Add(endpoint =>
        {
            foreach (var status in statuses)
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        });
        return calls;
    }
}
