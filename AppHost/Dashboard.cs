namespace AppHost;

internal static class Dashboard
{
    /// <summary>
    /// Leaves on the dashboard's table what a person needs: one address, the portal's, while everybody else's are among the details.
    /// And keeps its red line away that no trusted certificate was found: Aspire takes every project for one that might serve HTTPS, and
    /// ours serve plain HTTP on this machine's own loopback. To be called when all resources have been added.
    /// </summary>
    public static void UseDashboardForPeople(this IDistributedApplicationBuilder builder, IResourceBuilder<NginxResource> frontDoor)
    {
        frontDoor.WithUrlForEndpoint(frontDoor.Resource.PrimaryEndpoint.EndpointName, url => url.DisplayText = "Portal");
        var others = builder.Resources.OfType<IResourceWithEndpoints>().Where(resource => resource != frontDoor.Resource);
        foreach (var other in others.ToArray())
        {
            builder.CreateResourceBuilder(other).WithUrls(
                context => context.Urls.ForEach(url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly));
        }

        foreach (var project in builder.Resources.OfType<ProjectResource>().ToArray())
        {
#pragma warning disable ASPIRECERTIFICATES001 // The only way to say it; if it goes, the red line comes back and nothing else.
            builder.CreateResourceBuilder(project).WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001
        }
    }
}
