namespace Aspire.Hosting.MySql;

internal static class MySqlContainerImageTags
{
    /// <remarks>docker.io</remarks>
    public const string Registry = "docker.io";

    /// <remarks>library/mysql</remarks>
    public const string Image = "library/mysql";

    /// <remarks>9.7</remarks>
    public const string Tag = "9.7";
}
