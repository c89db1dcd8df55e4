namespace GuacAspire.Gateway.Api;

/// <summary>Every resource with a GET answers HEAD, too.</summary>
internal static class Reading
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
}
