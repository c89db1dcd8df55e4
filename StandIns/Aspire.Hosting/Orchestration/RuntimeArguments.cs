using System.Globalization;
using Docker.DotNet.Models;

namespace Aspire.Hosting.Orchestration;

/// <summary>Applies the options of <c>docker run</c> that a container is given by WithContainerRuntimeArgs.</summary>
internal static class RuntimeArguments
{
    private static readonly Dictionary<string, Action<CreateContainerParameters, List<string>, string>> Options = new()
    {
        ["--label"] = (c, _, v) => c.Labels[Key(v)] = Value(v),
        ["-l"] = (c, _, v) => c.Labels[Key(v)] = Value(v),
        ["--env"] = (c, _, v) => c.Env.Add(v),
        ["-e"] = (c, _, v) => c.Env.Add(v),
        ["--sysctl"] = (c, _, v) => (c.HostConfig.Sysctls ??= new Dictionary<string, string>())[Key(v)] = Value(v),
        ["--cap-drop"] = (c, _, v) => (c.HostConfig.CapDrop ??= []).Add(v),
        ["--cap-add"] = (c, _, v) => (c.HostConfig.CapAdd ??= []).Add(v),
        ["--security-opt"] = (c, _, v) => (c.HostConfig.SecurityOpt ??= []).Add(v),
        ["--tmpfs"] = (c, _, v) => (c.HostConfig.Tmpfs ??= new Dictionary<string, string>())[v.Split(':', 2)[0]] = v.Contains(':')
            ? v.Split(':', 2)[1]
            : "",
        ["--user"] = (c, _, v) => c.User = v,
        ["-u"] = (c, _, v) => c.User = v,
        ["--group-add"] = (c, _, v) => (c.HostConfig.GroupAdd ??= []).Add(v),
        ["--memory"] = (c, _, v) => c.HostConfig.Memory = Bytes(v),
        ["-m"] = (c, _, v) => c.HostConfig.Memory = Bytes(v),
        ["--memory-swap"] = (c, _, v) => c.HostConfig.MemorySwap = v == "-1" ? -1 : Bytes(v),
        ["--shm-size"] = (c, _, v) => c.HostConfig.ShmSize = Bytes(v),
        ["--cpus"] = (c, _, v) => c.HostConfig.NanoCPUs = (long)(decimal.Parse(v, CultureInfo.InvariantCulture) * 1_000_000_000),
        ["--pids-limit"] = (c, _, v) => c.HostConfig.PidsLimit = long.Parse(v, CultureInfo.InvariantCulture),
        ["--network-alias"] = (_, aliases, v) => aliases.Add(v),
        ["--add-host"] = (c, _, v) => c.HostConfig.ExtraHosts.Add(v),
        ["--hostname"] = (c, _, v) => c.Hostname = v,
        ["-h"] = (c, _, v) => c.Hostname = v,
        ["--workdir"] = (c, _, v) => c.WorkingDir = v,
        ["-w"] = (c, _, v) => c.WorkingDir = v,
        ["--stop-signal"] = (c, _, v) => c.StopSignal = v,
        ["--restart"] = (c, _, v) => c.HostConfig.RestartPolicy = Restart(v),
    };

    private static readonly Dictionary<string, Action<CreateContainerParameters>> Switches = new()
    {
        ["--read-only"] = c => c.HostConfig.ReadonlyRootfs = true,
        ["--init"] = c => c.HostConfig.Init = true,
        ["--privileged"] = c => c.HostConfig.Privileged = true,
    };

    public static void Apply(string resource, IReadOnlyList<string> arguments, CreateContainerParameters container, List<string> aliases)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (Switches.TryGetValue(argument, out var apply))
            {
                apply(container);
                continue;
            }

            var equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? argument : argument[..equals];
            if (!Options.TryGetValue(name, out var option))
            {
                throw new OrchestrationException(
                    $"The container runtime argument '{name}' of '{resource}' is not known here; known are {string.Join(", ", Options.Keys.Concat(Switches.Keys).Where(k => k.StartsWith("--", StringComparison.Ordinal)).Order(StringComparer.Ordinal))}.");
            }

            if (equals < 0 && ++i == arguments.Count)
                throw new OrchestrationException($"The container runtime argument '{name}' of '{resource}' lacks its value.");
            Set(resource, option, container, aliases, name, equals < 0 ? arguments[i] : argument[(equals + 1)..]);
        }
    }

    private static void Set(
        string resource, Action<CreateContainerParameters, List<string>, string> option, CreateContainerParameters container,
        List<string> aliases, string name, string value)
    {
        try
        {
            option(container, aliases, value);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            throw new OrchestrationException(
                $"The container runtime argument '{name} {value}' of '{resource}' cannot be understood.", failure);
        }
    }

    private static string Key(string pair) => pair.Split('=', 2)[0];

    private static string Value(string pair) => pair.Contains('=') ? pair.Split('=', 2)[1] : "";

    private static long Bytes(string text)
    {
        var digits = text.TrimEnd('b', 'B', 'k', 'K', 'm', 'M', 'g', 'G');
        var factor = char.ToLowerInvariant(text[digits.Length..].FirstOrDefault('b')) switch
        {
            'k' => 1L << 10,
            'm' => 1L << 20,
            'g' => 1L << 30,
            _ => 1L,
        };
        return (long)(decimal.Parse(digits, CultureInfo.InvariantCulture) * factor);
    }

    private static RestartPolicy Restart(string text) => text.Split(':') switch
    {
        ["no"] => new() { Name = RestartPolicyKind.No },
        ["always"] => new() { Name = RestartPolicyKind.Always },
        ["unless-stopped"] => new() { Name = RestartPolicyKind.UnlessStopped },
        ["on-failure"] => new() { Name = RestartPolicyKind.OnFailure },
        ["on-failure", var times] =>
            new() { Name = RestartPolicyKind.OnFailure, MaximumRetryCount = long.Parse(times, CultureInfo.InvariantCulture) },
        _ => throw new FormatException($"'{text}' is no restart policy."),
    };
}
