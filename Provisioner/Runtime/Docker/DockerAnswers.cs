using System.Net;
using Docker.DotNet;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>What the engine's refusals mean.</summary>
internal static class DockerAnswers
{
    extension(DockerApiException e)
    {
        public bool IsNotFound => e.StatusCode == HttpStatusCode.NotFound;

        public bool IsConflict => e.StatusCode == HttpStatusCode.Conflict;

        /// <summary>Another network has some of these addresses. Engines differ in the status, not in the word.</summary>
        public bool IsOverlap => e.ResponseBody?.Contains("overlap", StringComparison.OrdinalIgnoreCase) == true;

        /// <summary>The container is in this network already.</summary>
        public bool IsAlreadyThere => e.ResponseBody?.Contains("already exists in network", StringComparison.OrdinalIgnoreCase) == true;
    }
}
