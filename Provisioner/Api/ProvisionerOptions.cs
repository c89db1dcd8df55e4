using System.ComponentModel.DataAnnotations;

namespace GuacAspire.Provisioner.Api;

/// <summary>The section <c>Provisioner</c>.</summary>
internal sealed class ProvisionerOptions
{
    public const string Section = "Provisioner";

    /// <summary>What callers have to send as <c>Authorization: Bearer …</c>.</summary>
    [Required(ErrorMessage = "Provisioner:Key is missing: a secret that the Portal sends with every call.")]
    [MinLength(16, ErrorMessage = "Provisioner:Key is too short: it must have at least 16 characters.")]
    public string Key { get; set; } = "";
}
