namespace GuacAspire.Contracts;

/// <summary>What has been recorded of a desktop's screen: <c>GET /recordings?owner=…</c>, the newest first.</summary>
/// <param name="Id">Guacamole's UUID of that use of the desktop.</param>
/// <param name="Owner">The Guacamole user name of whom it belongs to.</param>
/// <param name="Mesh">The id of the mesh that the desktop was launched with.</param>
/// <param name="FileName">That mesh's file name.</param>
/// <param name="Desktop">The desktop, which may be gone.</param>
/// <param name="StartedAt">When it begins.</param>
/// <param name="EndedAt">When something was recorded last.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Running">Whether it may still grow.</param>
public sealed record Recording(
    string Id,
    string Owner,
    string Mesh,
    string FileName,
    string Desktop,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long Bytes,
    bool Running);

/// <summary>The body of <c>PUT /desktops/{id}/recording</c>.</summary>
/// <param name="On">Whether the desktop's screen is to be recorded from now on.</param>
public sealed record RecordingSwitch(bool On);
