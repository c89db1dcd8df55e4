using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

public sealed class ExternalServiceResource : ApplicationModel.Resource
{
    public ExternalServiceResource(string name, Uri uri) : base(name)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!IsValid(uri.ToString(), out _, out var message)) throw new ArgumentException(message, nameof(uri));
        Uri = uri;
    }

    public ExternalServiceResource(string name, ApplicationModel.ParameterResource urlParameter) : base(name)
    {
        ArgumentNullException.ThrowIfNull(urlParameter);
        UrlParameter = urlParameter;
    }

    public Uri? Uri { get; }

    public ApplicationModel.ParameterResource? UrlParameter { get; }

    internal static bool IsValid(string? url, [NotNullWhen(true)] out Uri? uri, [NotNullWhen(false)] out string? message)
    {
        message = null;
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out uri))
        {
            uri = null;
            message = "The URL for the external service must be an absolute URI.";
        }
        else if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            message = "The URL for the external service must end with \"/\" and have no path, query or fragment.";
        }

        return message is null;
    }
}
