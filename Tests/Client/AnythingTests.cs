using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.Client;

/// <summary>Whatever a line, a portal, a tab and a machine's sleep do, in whatever order: one tunnel, one stream and no key are left of it.</summary>
public sealed class AnythingTests(Chromium chromium)
{
    private const int Steps = 60;
    private const string Seed = "GUACASPIRE_SEED";

    [Fact]
    public async Task After_anything_there_is_one_tunnel_one_stream_and_no_key_down()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Seed), out var given) ? given : Random.Shared.Next(1_000_000);
        var random = new Random(seed);
        await using var visit = await Visit.ArriveAsync(chromium);
        var (portal, page, keyboard) = (visit.Portal, visit.Page, visit.Page.Keyboard);
        (string Name, Func<Task> Do)[] moves =
        [
            ("cut", () => Did(() => portal.Open.ToList().ForEach(tunnel => tunnel.Cut()))),
            ("silence", () => Did(() => portal.Open.ToList().ForEach(tunnel => tunnel.IsSilent = true))),
            ("refuse tickets", () => Did(() => portal.Meddle = call => Answer(call.EndsWith("/ticket", StringComparison.Ordinal) ? 503 : null))),
            ("refuse tunnels", () => Did(() => portal.Meddle = call => Answer(call.Contains("tunnel", StringComparison.Ordinal) ? 502 : null))),
            ("refuse all", () => Did(() => portal.Meddle = _ => Answer(503))),
            ("relent", () => Did(() => portal.Meddle = _ => Answer(null))),
            ("be slow", () => Did(() => portal.Meddle = async _ =>
            {
                await Task.Delay(Random.Shared.Next(400));
                return null;
            })),
            ("online", () => page.EvaluateAsync("() => dispatchEvent(new Event('online'))")),
            ("hide", () => visit.TurnAsync(hidden: true)),
            ("show", () => visit.TurnAsync(hidden: false)),
            ("sleep", () => page.Clock.FastForwardAsync(random.Next(600_000))),
            ("a while", () => page.Clock.RunForAsync(random.Next(4_000))),
            ("press", () => keyboard.DownAsync("gsx"[random.Next(3)].ToString())),
            ("hold", () => keyboard.DownAsync("Shift")),
            ("let go", () => keyboard.UpAsync("Shift")),
            ("blur", () => page.EvaluateAsync("() => dispatchEvent(new Event('blur'))")),
            ("record", () => page.EvaluateAsync("() => document.getElementById('record').click()")),
        ];
        var done = new List<string>();
        for (var step = 0; step < Steps; step++)
        {
            var (name, move) = moves[random.Next(moves.Length)];
            done.Add(name);
            await move();
        }

        portal.Meddle = _ => Answer(null);
        await visit.TurnAsync(hidden: false);
        await page.EvaluateAsync("() => dispatchEvent(new Event('blur'))");
        foreach (var silent in portal.Open.Where(tunnel => tunnel.IsSilent).ToList())
            silent.Cut();
        var told = $"one tunnel, one stream and no key down ({Seed}={seed}) after {string.Join(", ", done)}";
        await Eventually.TrueAsync(
            async () =>
            {
                await page.Clock.RunForAsync(500);
                return portal.Open is [{ KeysDown.Count: 0, IsSilent: false }] && portal.Streams == 1;
            },
            told,
            AtMost.Seconds(60));
        // And it stays so.
        await page.Clock.RunForAsync(20_000);
        Assert.True(portal.Open is [{ KeysDown.Count: 0 }] && portal.Streams == 1, told);
        await visit.PictureAsync();
    }

    private static Task<int?> Answer(int? status) => Task.FromResult(status);

    private static Task Did(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
