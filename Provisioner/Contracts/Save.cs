namespace GuacAspire.Contracts;

/// <summary>A file that Blender has saved and that is kept: <c>GET /saves?owner=…</c>, the newest first.</summary>
/// <param name="Id">Its unguessable name: what a launch resumes from.</param>
/// <param name="Owner">The Guacamole user name of whom it belongs to.</param>
/// <param name="Mesh">The id of the mesh that it began as.</param>
/// <param name="FileName">What to call the file.</param>
/// <param name="Desktop">The desktop that saved it.</param>
/// <param name="SavedAt">When.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Checkpoint">Whether it was saved by itself, in the midst of work.</param>
/// <param name="HasPicture">Whether there is a picture of it: <c>GET /saves/{id}/picture?owner=…</c>.</param>
public sealed record Save(
    string Id, string Owner, string Mesh, string FileName, string Desktop, DateTimeOffset SavedAt, long Bytes, bool Checkpoint,
    bool HasPicture);
