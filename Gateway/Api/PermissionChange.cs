using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Api;

/// <summary>One permission to grant or to take; without a kind it is one of the system's.</summary>
internal sealed record PermissionChange(ObjectKind? Kind, string Identifier, string Permission, bool IsAddition)
{
    /// <summary>Whether it concerns open tunnels, which nobody can grant anything on.</summary>
    public bool IsImpossible { get; private init; }

    public static PermissionChange Parse(ApiPatch<string> patch)
    {
        if (patch is not { Path: { } path })
            throw GuacamoleException.BadRequest("A patch lacks its path.");
        if (patch.Op is not (PatchOperation.add or PatchOperation.remove))
            throw GuacamoleException.BadRequest($"Unsupported patch operation: \"{patch.Op?.ToString() ?? "null"}\"");
        var isAddition = patch.Op == PatchOperation.add;
        if (path == "/systemPermissions")
            return new PermissionChange(null, "", Known<SystemPermission>(patch.Value), isAddition);
        if (path.StartsWith("/activeConnectionPermissions/", StringComparison.Ordinal))
            return new PermissionChange(null, "", Known<ObjectPermission>(patch.Value), isAddition) { IsImpossible = true };
        foreach (var kind in ObjectKind.All)
        {
            if (path.StartsWith($"/{kind.ApiName}/", StringComparison.Ordinal))
                return new PermissionChange(kind, path[(kind.ApiName.Length + 2)..], Known<ObjectPermission>(patch.Value), isAddition);
        }
        throw GuacamoleException.BadRequest($"Unsupported patch path: \"{path}\"");
    }

    private static string Known<T>(string? name) where T : struct, Enum =>
        Enum.GetNames<T>().Contains(name) ? name! : throw GuacamoleException.BadRequest($"There is no permission \"{name}\".");
}
