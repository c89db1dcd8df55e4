using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// The section <c>Guacamole</c>: the server, and an account on it that may create users, connections and sharing profiles.
/// </summary>
internal sealed class GuacamoleOptions
{
    public const string Section = "Guacamole";

    /// <summary>The application's address, for example <c>http://127.0.0.1:8080/guacamole</c>.</summary>
    public string Endpoint { get; set; } = "";

    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    public string DataSource { get; set; } = "mysql";

    /// <summary>Whether somebody else runs it, with a guacd whose files nobody here sees.</summary>
    public bool IsExternal { get; set; }

    /// <summary>How long Guacamole may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a launch waits for a Guacamole that is away, or whose database is.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The guacd that desktops are shown through, where it is not the one that Guacamole uses otherwise.</summary>
    public string GuacdHostname { get; set; } = "";

    public int? GuacdPort { get; set; }
}

internal sealed class GuacamoleOptionsValidator : IValidateOptions<GuacamoleOptions>
{
    public ValidateOptionsResult Validate(string? name, GuacamoleOptions options)
    {
        var errors = Check(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(GuacamoleOptions options)
    {
        if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            yield return $"Guacamole:Endpoint is '{options.Endpoint}'; it must be an address such as http://127.0.0.1:8080/guacamole.";
        if (options.Username.Length == 0 || options.Password.Length == 0)
            yield return "Guacamole:Username and Guacamole:Password are missing: an account that may create users and connections.";
        if (options.Timeout <= TimeSpan.Zero)
            yield return $"Guacamole:Timeout is {options.Timeout}; it must be longer than nothing.";
        if (options.Patience < TimeSpan.Zero)
            yield return $"Guacamole:Patience is {options.Patience}; it cannot be less than nothing.";
        if (options.DataSource.Length == 0)
            yield return "Guacamole:DataSource is empty; with MySQL it is mysql.";
    }
}
