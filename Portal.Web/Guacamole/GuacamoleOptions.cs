namespace GuacAspire.Portal.Web.Guacamole;

/// <summary>The section <c>Guacamole</c>: where it answers. The Portal never holds an administrator's password.</summary>
internal sealed class GuacamoleOptions
{
    public string Endpoint { get; set; } = "http://127.0.0.1:5312/guacamole";
}
