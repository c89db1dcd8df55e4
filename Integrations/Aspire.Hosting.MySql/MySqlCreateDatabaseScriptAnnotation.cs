using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.MySql;

/// <summary>The SQL that creates a database, in place of the usual statement.</summary>
internal sealed record MySqlCreateDatabaseScriptAnnotation(string Script) : IResourceAnnotation;
