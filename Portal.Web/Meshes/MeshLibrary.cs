namespace GuacAspire.Portal.Web.Meshes;

/// <summary>What one person may open: the samples, and that person's uploads.</summary>
internal sealed class MeshLibrary(SampleCatalogue samples, UploadStore uploads)
{
    public IEnumerable<Mesh> List(string owner) => samples.List().Concat(uploads.List(owner));

    public Mesh? Find(string id, string owner) =>
        samples.List().FirstOrDefault(sample => sample.Id == id) ?? uploads.Find(id, owner);
}
