using System.Text.Json.Serialization;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using MySqlConnector;

namespace GuacAspire.Gateway.Api;

/// <summary>One item of a PATCH.</summary>
internal sealed record ApiPatch<T>(PatchOperation? Op, string? Path, T? Value);

[JsonConverter(typeof(ExactEnum<PatchOperation>))]
internal enum PatchOperation
{
#pragma warning disable IDE1006 // Written as JSON Patch writes them.
    add,
    test,
    replace,
    copy,
    move,
    remove,
#pragma warning restore IDE1006
}

/// <summary>A directory's PATCH: every item or none.</summary>
internal static class DirectoryPatch
{
    public static async Task<IResult> ApplyAsync<T>(
        HttpContext context, Caller caller, ObjectDirectory<T> directory, Database database) where T : class
    {
        var patches = await RequestBody.RequireAsync<List<ApiPatch<T>>>(context, "A list of patches must be submitted.");
        var outcomes = new List<PatchOutcome>();
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        foreach (var patch in patches)
        {
            Check(patch);
            outcomes.Add(await TryAsync(work, directory, patch));
        }
        Finish(outcomes);
        await work.CommitAsync();
        return DirectoryApi.Ok(new { patches = outcomes });
    }

    /// <summary>The PATCH of a directory in which nothing can be changed.</summary>
    public static async Task<IResult> RefuseAsync<T>(HttpContext context)
    {
        await RequestBody.ReadAsync<List<ApiPatch<T>>>(context);
        throw GuacamoleException.Unsupported(
            "The extension providing this directory does not support Atomic Operations. The patch cannot be executed.");
    }

    /// <summary>Refuses a PATCH as a whole for the form of one of its items.</summary>
    public static void Check<T>(ApiPatch<T> patch)
    {
        if (patch is null || patch.Path is null)
            throw GuacamoleException.BadRequest("A patch lacks its path.");
        if (!patch.Path.StartsWith('/'))
            throw GuacamoleException.BadRequest("Patch paths must start with \"/\".");
        if (patch.Op is not (PatchOperation.add or PatchOperation.replace or PatchOperation.remove))
        {
            throw GuacamoleException.Unsupported(
                $"Unsupported patch operation \"{patch.Op?.ToString() ?? "null"}\". Only add, replace, and remove are supported.");
        }
    }

    /// <summary>Throws if an item failed. What was undone with it then has no identifier, except for replacements.</summary>
    public static void Finish(List<PatchOutcome> outcomes)
    {
        if (outcomes.TrueForAll(outcome => outcome.Error is null))
            return;
        throw new GuacamoleException(400, "BAD_REQUEST", "The provided patches failed to apply.")
        {
            Patches =
            [
                .. outcomes.Select(outcome =>
                    outcome.Error is null && outcome.Op != "replace" ? outcome with { Identifier = null } : outcome),
            ],
        };
    }

    private static async Task<PatchOutcome> TryAsync<T>(Work work, ObjectDirectory<T> directory, ApiPatch<T> patch) where T : class
    {
        var op = patch.Op.ToString()!;
        var target = patch.Op == PatchOperation.add ? null : patch.Path![1..];
        try
        {
            switch (patch.Op)
            {
                case PatchOperation.add:
                    target = await directory.AddAsync(work, Value(patch));
                    break;
                case PatchOperation.replace:
                    await directory.RequireAsync(work, target!);
                    await directory.ReplaceAsync(work, target!, Value(patch), isPatch: true);
                    break;
                default:
                    await directory.RemoveAsync(work, target!);
                    break;
            }
            return new PatchOutcome(op, target, patch.Path!);
        }
        catch (GuacamoleException e)
        {
            return Failed(e);
        }
        catch (MySqlException e) when (DatabaseErrors.Refusal(e) is { Status: 400 } refusal)
        {
            return Failed(refusal);
        }

        PatchOutcome Failed(GuacamoleException e) =>
            new(op, patch.Op == PatchOperation.add ? null : target, patch.Path!) { Error = TranslatableMessage.From(e) };
    }

    private static T Value<T>(ApiPatch<T> patch) where T : class =>
        patch.Value ?? throw GuacamoleException.BadRequest("A patch lacks its value.");
}
