namespace Aspire.Hosting.Orchestration;

/// <summary>Writes down which processes this run has started, so that the next one can end what a killed AppHost has left.</summary>
internal sealed class ProcessRecords
{
    private readonly string _folder;
    private readonly string _path;
    private readonly Lock _lock = new();

    public ProcessRecords(RunIdentity run)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        _folder = Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "aspire-standins", run.AppHost);
        _path = Path.Combine(_folder, $"{run.Owner.Replace(':', '-')}.run");
        Owner = run.Owner;
    }

    private string Owner { get; }

    public void Add(int pid, string resource)
    {
        if (ProcessIdentity.Of(pid) is not { } identity) return;
        lock (_lock)
        {
            Directory.CreateDirectory(_folder);
            if (!File.Exists(_path)) File.AppendAllText(_path, $"{Owner}\n");
            File.AppendAllText(_path, $"{identity} {resource}\n");
        }
    }

    /// <summary>The processes of runs whose AppHost is gone; their records are removed.</summary>
    public IReadOnlyList<(int Pid, string Resource)> TakeLeftovers()
    {
        if (!Directory.Exists(_folder)) return [];

        var left = new List<(int, string)>();
        foreach (var file in Directory.GetFiles(_folder, "*.run"))
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length > 0 && ProcessIdentity.IsAlive(lines[0])) continue;

            left.AddRange(from line in lines.Skip(1)
                          let parts = line.Split(' ', 2)
                          where parts.Length == 2 && ProcessIdentity.IsAlive(parts[0])
                          select (ProcessIdentity.Pid(parts[0])!.Value, parts[1]));
            File.Delete(file);
        }

        return left;
    }

    public void Remove()
    {
        lock (_lock)
        {
            if (File.Exists(_path)) File.Delete(_path);
        }
    }
}
