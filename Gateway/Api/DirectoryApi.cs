using System.Net.Mime;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>What all directories of objects have in common: list, create, patch; and of one object: read, replace, remove.</summary>
internal static class DirectoryApi
{
    public static RouteGroupBuilder MapDirectory<T>(
        this IEndpointRouteBuilder source, string name, ObjectDirectory<T> directory) where T : class
    {
        var group = source.MapGroup(name);
        group.MapMethods("", Reading.Methods, async (HttpContext context, Caller caller) =>
            Ok(await directory.ListAsync(caller, ObjectPermissions(context), context.RequestAborted)));
        group.MapPost("", async (HttpContext context, Caller caller, Database database) =>
        {
            var value = await RequestBody.RequireAsync<T>(context, "Data must be submitted when creating objects.");
            await using var work = await database.BeginAsync(caller, context.RequestAborted);
            await directory.AddAsync(work, value);
            await work.CommitAsync();
            return Ok(value);
        });
        group.MapPatch("", (HttpContext context, Caller caller, Database database) =>
            DirectoryPatch.ApplyAsync(context, caller, directory, database));
        group.MapMethods("/{identifier}", Reading.Methods, (string identifier, HttpContext context, Caller caller) =>
            ReadAsync(context, caller, directory, Decode(identifier)));
        group.MapPut("/{identifier}", (string identifier, HttpContext context, Caller caller, Database database) =>
            ReplaceAsync(context, caller, directory, Decode(identifier), database));
        group.MapDelete("/{identifier}", (string identifier, HttpContext context, Caller caller, Database database) =>
            RemoveAsync(context, caller, directory, Decode(identifier), database));
        return group;
    }

    public static async Task<IResult> ReadAsync<T>(HttpContext context, Caller caller, ObjectDirectory<T> directory, string identifier)
        where T : class => Ok(await directory.GetAsync(caller, identifier, context.RequestAborted));

    public static async Task<IResult> ReplaceAsync<T>(
        HttpContext context, Caller caller, ObjectDirectory<T> directory, string identifier, Database database) where T : class
    {
        var body = await RequestBody.ReceiveAsync(context);
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        await directory.RequireAsync(work, identifier);
        var value = body.Require<T>("Data must be submitted when updating objects.");
        await directory.ReplaceAsync(work, identifier, value, isPatch: false);
        await work.CommitAsync();
        return TypedResults.NoContent();
    }

    public static async Task<IResult> RemoveAsync<T>(
        HttpContext context, Caller caller, ObjectDirectory<T> directory, string identifier, Database database) where T : class
    {
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        if (identifier == Identifiers.Root && directory is ConnectionGroupDirectory)
            return TypedResults.NoContent();
        await directory.RequireAsync(work, identifier);
        await directory.RemoveAsync(work, identifier);
        await work.CommitAsync();
        return TypedResults.NoContent();
    }

    public static IResult Ok<T>(T value) => Results.Json(value, Json.Options, MediaTypeNames.Application.Json);

    /// <summary>Routing leaves an escaped slash as it is, because it separates nothing.</summary>
    public static string Decode(string identifier) => identifier.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The permissions in the query; an unknown one is a resource that does not exist.</summary>
    public static IReadOnlyList<ObjectPermission> ObjectPermissions(HttpContext context) =>
        [.. context.Request.Query["permission"].Where(name => !string.IsNullOrEmpty(name)).Select(name =>
            Enum.GetNames<ObjectPermission>().Contains(name)
                ? Enum.Parse<ObjectPermission>(name!)
                : throw GuacamoleException.Missing($"There is no permission \"{name}\"."))];
}
