using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Problems;

/// <summary>The refusals that several calls share.</summary>
internal static class Refusals
{
    public static ProblemHttpResult NoSession() => TypedResults.Problem(
        statusCode: StatusCodes.Status401Unauthorized,
        title: "You are not signed in",
        detail: "Sign in first: POST /api/session with an account, or POST /api/session/guest where guests are welcome.");

    public static ProblemHttpResult NoSuchDesktop() => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "There is no such desktop",
        detail: "It has been stopped, or it never was yours. GET /api/desktops lists the ones you have.");

    public static ProblemHttpResult NoSuchMesh() => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "There is no such mesh",
        detail: "GET /api/meshes lists the samples and your own uploads; pick an id from there.");

    public static ProblemHttpResult NoSuchSave() => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "There is no such saved work",
        detail: "It has been removed, or it never was yours. GET /api/saves lists what you have saved.");
}
