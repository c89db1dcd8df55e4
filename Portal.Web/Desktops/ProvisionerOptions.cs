namespace GuacAspire.Portal.Web.Desktops;

/// <summary>The section <c>Provisioner</c>: where it answers, and the key that it wants to see.</summary>
internal sealed class ProvisionerOptions
{
    public string Endpoint { get; set; } = "http://127.0.0.1:5311";

    public string? Key { get; set; }
}
