using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>The histories of connections and of sign-ins.</summary>
internal static class HistoryApi
{
    public static void MapHistory(this IEndpointRouteBuilder source)
    {
        source.MapRead("/history/connections", async (HttpContext context, Caller caller, HistoryReader history) =>
            DirectoryApi.Ok(await history.ConnectionsAsync(caller, HistoryQuery.Of(context), context.RequestAborted)));
        source.MapRead("/history/users", async (HttpContext context, Caller caller, HistoryReader history) =>
            DirectoryApi.Ok(await history.UsersAsync(caller, HistoryQuery.Of(context), context.RequestAborted)));
        source.MapRead("/history/connections/{identifier}", async (string identifier, HttpContext context, Caller caller, HistoryReader history) =>
        {
            // The database coerces an identifier that is no number to its leading digits.
            var digits = new string([.. identifier.TakeWhile(char.IsAsciiDigit)]);
            var rows = await history.ConnectionsAsync(
                caller, HistoryQuery.Of(context) with { Record = int.TryParse(digits, out var id) ? id : 0 }, context.RequestAborted);
            return DirectoryApi.Ok(rows is [var only] ? only : throw GuacamoleException.NotFound(identifier));
        });
        source.MapRead("/history/users/{identifier}", async (string identifier, HttpContext context, Caller caller, HistoryReader history) =>
        {
            // The stock server does not look for the identifier at all: there is an answer only while there is a single row.
            var rows = await history.UsersAsync(caller, HistoryQuery.Of(context), context.RequestAborted);
            return DirectoryApi.Ok(rows is [var only] ? only : throw GuacamoleException.NotFound(identifier));
        });
        source.MapRead("/users/{identifier}/history", async (string identifier, HttpContext context, Caller caller, UserDirectory users, HistoryReader history) =>
        {
            var user = await users.GetAsync(caller, DirectoryApi.Decode(identifier), context.RequestAborted);
            return await OfUserAsync(context, caller, history, user.Username!);
        });
        source.MapRead("/connections/{identifier}/history", async (string identifier, HttpContext context, Caller caller, ConnectionDirectory connections, HistoryReader history) =>
        {
            var connection = await connections.GetAsync(caller, identifier, context.RequestAborted);
            var query = HistoryQuery.Of(context) with { Connection = Identifiers.Require(connection.Identifier!) };
            return DirectoryApi.Ok(await history.ConnectionsAsync(caller, query.NewestFirst(), context.RequestAborted));
        });
    }

    public static async Task<IResult> OfUserAsync(HttpContext context, Caller caller, HistoryReader history, string username) =>
        DirectoryApi.Ok(await history.UsersAsync(caller, HistoryQuery.Of(context) with { Username = username }, context.RequestAborted));
}
