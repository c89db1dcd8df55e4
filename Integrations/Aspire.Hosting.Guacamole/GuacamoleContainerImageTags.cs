namespace Aspire.Hosting.Guacamole;

internal static class GuacamoleContainerImageTags
{
    /// <remarks>docker.io</remarks>
    public const string Registry = "docker.io";

    /// <remarks>guacamole/guacd</remarks>
    public const string GuacdImage = "guacamole/guacd";

    /// <remarks>guacamole/guacamole</remarks>
    public const string GuacamoleImage = "guacamole/guacamole";

    /// <remarks>1.6.0</remarks>
    public const string Tag = "1.6.0";
}
