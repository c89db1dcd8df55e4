using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Gateway.Api;

/// <summary>The histories of connections and of sign-ins: all of it, of one object, and single records.</summary>
internal static class HistoryApi
{
    public static void MapHistory(this IEndpointRouteBuilder source)
    {
        source.MapHistory("/history/connections", static (context, query) => ConnectionsAsync(context, query));
        source.MapHistory("/history/users", static (context, query) => UsersAsync(context, query));
        source.MapHistory("/self/history", static (context, query) =>
            UsersAsync(context, query with { Username = context.Features.Get<Sessions.Session>()!.Username }));
        source.MapHistory("/users/{user}/history", static async (context, query) =>
        {
            var users = context.RequestServices.GetRequiredService<UserDirectory>();
            var name = DirectoryApi.Decode(Value(context, "user"));
            var user = await users.GetAsync(await CallerAsync(context), name, context.RequestAborted);
            return await UsersAsync(context, query with { Username = user.Username });
        });
    }

    /// <summary>The history of whatever connection a path leads to.</summary>
    public static void MapConnectionHistory(this IEndpointRouteBuilder source, string path, Func<HttpContext, Caller, Task<string>> find) =>
        source.MapHistory(path + "/history", async (context, query) =>
        {
            var caller = await CallerAsync(context);
            var directory = context.RequestServices.GetRequiredService<ConnectionDirectory>();
            var found = await directory.GetAsync(caller, await find(context, caller), context.RequestAborted);
            return await ConnectionsAsync(context, query.NewestFirst() with { Connection = Identifiers.Require(found.Identifier!) });
        });

    private static void MapHistory<T>(this IEndpointRouteBuilder source, string path, Func<HttpContext, HistoryQuery, Task<List<T>>> read)
    {
        // A handler of the context alone answers itself: what it returned would be dropped.
        source.MapMethods(path, Reading.Methods, async context =>
            await DirectoryApi.Ok(await read(context, HistoryQuery.Of(context))).ExecuteAsync(context));
        source.MapMethods(path + "/{record}", Reading.Methods, async context =>
            await DirectoryApi.Ok(await SingleAsync(context, read)).ExecuteAsync(context));
        source.MapMethods(path + "/{record}/logs/{log}", Reading.Methods, async context =>
            await Log(context, await SingleAsync(context, read)).ExecuteAsync(context));
    }

    private static async Task<T> SingleAsync<T>(HttpContext context, Func<HttpContext, HistoryQuery, Task<List<T>>> read)
    {
        var identifier = Value(context, "record");
        // The database coerces an identifier that is no number to its leading digits.
        var digits = new string([.. identifier.TakeWhile(char.IsAsciiDigit)]);
        var rows = await read(context, HistoryQuery.All with { Record = int.TryParse(digits, out var id) ? id : 0 });
        return rows is [var only] ? only : throw GuacamoleException.NotFound(identifier);
    }

    private static FileStreamHttpResult Log<T>(HttpContext context, T record)
    {
        if (record is not ApiConnectionRecord { Logs: { } logs } || !logs.TryGetValue(Value(context, "log"), out var log))
            throw GuacamoleException.Missing("No such log.");
        var content = RecordingFolder.Open(log);
        // What strangers' desktops have sent is never a page of this origin.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(content, log.ContentType, enableRangeProcessing: true);
    }

    private static async Task<List<ApiConnectionRecord>> ConnectionsAsync(HttpContext context, HistoryQuery query) =>
        await Reader(context).ConnectionsAsync(await CallerAsync(context), query, context.RequestAborted);

    // The stock server does not look for a record of sign-ins at all: it finds one only while there is a single row.
    private static async Task<List<ApiUserRecord>> UsersAsync(HttpContext context, HistoryQuery query) =>
        await Reader(context).UsersAsync(await CallerAsync(context), query, context.RequestAborted);

    private static HistoryReader Reader(HttpContext context) => context.RequestServices.GetRequiredService<HistoryReader>();

    private static async Task<Caller> CallerAsync(HttpContext context) => (await Caller.BindAsync(context))!;

    private static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
