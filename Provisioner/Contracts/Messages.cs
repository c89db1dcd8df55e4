namespace GuacAspire.Contracts;

/// <summary>
/// The JSON part named <c>launch</c> of <c>POST /desktops</c>; the part named <c>file</c> holds the mesh's bytes, if it does not resume
/// saved work.
/// </summary>
/// <param name="Owner">The Guacamole user name of whom the desktop will belong to.</param>
/// <param name="Mesh">The mesh's id in the catalogue.</param>
/// <param name="FileName">The mesh's file name; its extension names the format: .blend .stl .obj .ply .glb .gltf .fbx.</param>
/// <param name="IdempotencyKey">Launches with the same owner and key are the same launch.</param>
/// <param name="Width">How wide a screen is wished for, in pixels; only together with <paramref name="Height"/>.</param>
/// <param name="Height">How high a screen is wished for, in pixels.</param>
/// <param name="Resume">
/// The id of the owner's save of this mesh to go on with, or of a checkpoint that a newer save of its desktop has replaced, which is then
/// opened; null to open the mesh itself.
/// </param>
public sealed record LaunchRequest(
    string Owner, string Mesh, string FileName, string? IdempotencyKey = null, int? Width = null, int? Height = null,
    string? Resume = null);

/// <summary>The size of a desktop's screen: <c>PUT /desktops/{id}/screen</c>, which answers with the size that the screen took.</summary>
/// <param name="Width">In pixels, 320 to 3840.</param>
/// <param name="Height">In pixels, 240 to 2160.</param>
public sealed record ScreenSize(int Width, int Height);

/// <summary>What opens a tunnel to one desktop: a token of that desktop's throw-away Guacamole user.</summary>
/// <param name="Token">The Guacamole token.</param>
/// <param name="DataSource">Literally <c>GUAC_DATA_SOURCE</c>.</param>
/// <param name="Connection">Literally <c>GUAC_ID</c>.</param>
/// <param name="Type">Literally <c>GUAC_TYPE</c>.</param>
/// <param name="ExpiresAt">When the Portal revokes the token unless a tunnel is open.</param>
public sealed record DesktopTicket(string Token, string DataSource, string Connection, string Type, DateTimeOffset ExpiresAt);

/// <summary>An ephemeral Guacamole user for a guest: <c>POST /guests</c>, removed by <c>DELETE /guests/{username}</c>.</summary>
/// <param name="Username">Its name, <c>guest-…</c>.</param>
/// <param name="Password">Its random password.</param>
public sealed record Guest(string Username, string Password);

/// <summary>How full the house is: <c>GET /limits?owner=…</c>. A refused launch says the same of what it was refused for.</summary>
/// <param name="Running">Desktops that exist now, pool members not counted.</param>
/// <param name="Max">How many may exist in all.</param>
/// <param name="Available">How many more could be launched in all.</param>
/// <param name="Owned">How many the asking owner has; null when no owner was named.</param>
/// <param name="MaxPerOwner">How many one owner may have.</param>
/// <param name="Pool">How many warm desktops stand ready.</param>
/// <param name="NextLimit">
/// The limit that the next launch would hit: <c>total</c>, <c>perOwner</c>, <c>memory</c>, <c>cpu</c>,
/// <c>draining</c> while no launches are admitted at all, or null for none.
/// </param>
/// <param name="RetryAfterSeconds">When to try again if a limit would be hit.</param>
/// <param name="MemoryAvailable">How many bytes of memory are promised to nobody; null until the machine has been measured.</param>
/// <param name="CoresAvailable">How many processor cores are promised to nobody; null until the machine has been measured.</param>
public sealed record Limits(
    int Running,
    int Max,
    int Available,
    int? Owned,
    int MaxPerOwner,
    int Pool,
    string? NextLimit,
    int? RetryAfterSeconds,
    long? MemoryAvailable = null,
    double? CoresAvailable = null);
