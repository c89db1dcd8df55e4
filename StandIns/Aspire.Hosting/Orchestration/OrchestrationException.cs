namespace Aspire.Hosting.Orchestration;

/// <summary>A failure whose message is one clear line for the user: what is wrong and what to do.</summary>
internal sealed class OrchestrationException(string message, Exception? inner = null) : DistributedApplicationException(message, inner!);
