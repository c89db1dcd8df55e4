using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace GuacAspire.Tests.Unit.Gateway;

public sealed class HistoryJournalTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 11, 23, 12, 0, 1, DateTimeKind.Utc);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("journal");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_was_opened_and_not_ended_is_open()
    {
        var (first, second, third) = (Row(HistoryTable.Connections, 7), Row(HistoryTable.Users, 7), Row(HistoryTable.Connections, 8));
        var text = "db\n" + HistoryJournal.Line(first) + HistoryJournal.Line(second) + HistoryJournal.Line(third) + "-c 7\n";
        Assert.Equal([second, third], HistoryJournal.Parse(text, "db"));
        Assert.Null(HistoryJournal.Parse(text, "another"));
    }

    [Fact]
    public void A_file_may_be_torn_anywhere()
    {
        var row = Row(HistoryTable.Connections, 12345);
        var text = "db\n" + HistoryJournal.Line(row) + HistoryJournal.Line(Row(HistoryTable.Users, 3)) + "-u 3\n";
        for (var length = 3; length < text.Length; length++)
            Assert.All(HistoryJournal.Parse(text[..length], "db")!, open => Assert.True(open == row || open == Row(HistoryTable.Users, 3)));
        Assert.Equal([row], HistoryJournal.Parse($"db\n45 1\nnonsense\n+x 1 1\n+u 4 {long.MaxValue}\n" + text[3..], "db"));
    }

    [Fact]
    public async Task A_process_adopts_what_another_has_left_once_and_leaves_the_living_alone()
    {
        using var living = Journal();
        living.Opened(Row(HistoryTable.Users, 1));
        var dying = Journal();
        dying.Opened(Row(HistoryTable.Connections, 2));
        dying.Opened(Row(HistoryTable.Connections, 3));
        dying.Ended(HistoryTable.Connections, 2);
        dying.Touch(Start);
        dying.Dispose();

        var adopted = new List<(OpenRow Row, DateTime LastSeen)>();
        for (var time = 0; time < 2; time++)
        {
            using var next = Journal();
            await next.AdoptAsync(Adopt, DateTime.MinValue);
        }

        Assert.Equal([(Row(HistoryTable.Connections, 3), Start)], adopted);
        Assert.Single(_directory.GetFiles());

        Task Adopt(IReadOnlyList<OpenRow> rows, DateTime lastSeen)
        {
            adopted.AddRange(rows.Select(row => (row, lastSeen)));
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public async Task What_other_databases_are_owed_is_forgotten_only_after_long(int daysAfter, int left)
    {
        using (var other = Journal(database: "other"))
        {
            other.Opened(Row(HistoryTable.Users, 1));
            other.Touch(Start);
        }

        using (var journal = Journal())
            await journal.AdoptAsync((_, _) => throw new InvalidOperationException("It is not this database's."), Start.AddDays(daysAfter));
        Assert.Equal(left, _directory.GetFiles().Length);
    }

    [Fact]
    public void A_file_does_not_grow_with_what_is_over()
    {
        using var journal = Journal();
        journal.Opened(Row(HistoryTable.Connections, 1));
        for (var id = 2; id < 30_000; id++)
        {
            journal.Opened(Row(HistoryTable.Users, id));
            journal.Ended(HistoryTable.Users, id);
        }

        Assert.InRange(_directory.GetFiles().Single().Length, 1, 300 * 1024);
        Assert.Equal([Row(HistoryTable.Connections, 1)], journal.Open);
    }

    [Fact]
    public void Without_a_place_to_write_it_does_without()
    {
        using var journal = Journal("/proc/nowhere");
        journal.Opened(Row(HistoryTable.Users, 1));
        journal.Ended(HistoryTable.Users, 1);
        Assert.Empty(journal.Open);
    }

    private static OpenRow Row(HistoryTable table, int id) => new(table, id, Start);

    private HistoryJournal Journal(string? directory = null, string database = "db")
    {
        var options = GatewayOptions.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("GATEWAY_STATE_DIRECTORY", (string?)(directory ?? _directory.FullName))]).Build());
        var journal = new HistoryJournal(options, NullLogger<HistoryJournal>.Instance);
        journal.Begin(database);
        return journal;
    }
}
