using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using LowLatency.Bench;
using LowLatency.Feed;

namespace LowLatency.FeedBench;

/// <summary>The bars of the feed: every row's two sides in turn, in one process, the sender on one core and all receivers on the other.</summary>
internal static class Harness
{
    private const int PerSecond = 20_000;
    private const int WarmUps = 4;
    private const string Client = nameof(ClientWebSocket);

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>Measures and prints; throws if a result was wrong.</summary>
    /// <returns>Whether every gate was reached, and whether nothing was allocated where nothing may be.</returns>
    public static (bool Gates, bool NoAllocation) Run(int rounds, int messages, string? jsonFile, string? only)
    {
        Console.WriteLine($"pinned to {string.Join(" (sender) and ", Cores.Usable.Take(2))} (receivers); {rounds} rounds of {messages:N0} messages, medians; .NET {Environment.Version}");
        if (Cores.Usable.Length < 2)
        {
            Console.WriteLine("The comparison needs two cores: nothing was measured.");
            return (false, true);
        }

        Traffic jsonTraffic = Traffic.JsonSnapshots(4_096);
        Traffic programTraffic = Traffic.ProgramNotifications(512);
        Traffic packTraffic = Traffic.PackedSnapshots(4_096);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"mean bytes: JSON snapshot {jsonTraffic.MeanBytes:F0}, programNotification {programTraffic.MeanBytes:F0}, MessagePack snapshot {packTraffic.MeanBytes:F0}"));
        Contest<JsonSnapshots> json = new(jsonTraffic, default, messages);
        Contest<ProgramNotifications> program = new(programTraffic, new ProgramNotifications(), messages / 2);
        Contest<PackedSnapshots> pack = new(packTraffic, default, messages * 2);
        Figures figures = new();
        Comparison[] rows =
        [
            Decode("decode (CPU time), JSON snapshot", 6, 9, json),
            Decode("decode (CPU time), programNotification", 15, 23, program),
            Decode("decode (CPU time), MessagePack snapshot (its package)", null, null, pack),
            .. Streams("JSON", json, figures, (FeedReader.Pipe, 4.5, 6), (FeedReader.BlockingSocket, 6, 6), (FeedReader.SpinningSocket, null, null)),
            .. Streams("programNotification", program, figures, (FeedReader.Pipe, 2, 10), (FeedReader.BlockingSocket, 4, 15), (FeedReader.SpinningSocket, null, null)),
            .. Streams("MessagePack", pack, figures, (FeedReader.Pipe, 8, null), (FeedReader.BlockingSocket, 18, null), (FeedReader.SpinningSocket, null, null)),
            Paced(FeedReader.SpinningSocket, 1 / 2.5, json, figures),
            Paced(FeedReader.BlockingSocket, 1, json, figures),
            Paced(FeedReader.Pipe, null, json, figures),
        ];
        rows = [.. rows.Where(r => only is null || r.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        for (int round = -WarmUps; round < rounds; round++)
        {
            figures.Count = round >= 0;
            Array.ForEach(rows, row => row.Round(figures.Count));
            figures.Add("machine's limit: JSON bytes unread", "M/s", null, false, 1_000 / json.StreamUnread());
            figures.Add("machine's limit: programNotification bytes unread", "M/s", null, false, 1_000 / program.StreamUnread());
            figures.Add("machine's limit: MessagePack bytes unread", "M/s", null, false, 1_000 / pack.StreamUnread());
        }

        bool gates = ComparisonTable.Print(rows);
        Console.WriteLine();
        figures.All.ForEach(static f => f.Print());
        Console.WriteLine();
        bool noAllocation = Allocated("JSON", json.AllocatedBytes) & Allocated("programNotification", program.AllocatedBytes) & Allocated("MessagePack", pack.AllocatedBytes);
        Console.WriteLine("Not measured: any other WebSocket client than the framework's, and clients of other languages.");
        if (jsonFile is not null)
        {
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(new { Comparisons = ComparisonTable.Rounds(rows), Figures = figures.All, Allocations = new { json = json.AllocatedBytes, program = program.AllocatedBytes, pack = pack.AllocatedBytes } }, _json));
        }

        return (gates, noAllocation);
    }

    private static Comparison Decode<T>(string name, double? gate, double? goal, Contest<T> contest)
        where T : IFormat => new(name, false, gate, goal) { Ours = contest.DecodeOurs, Peers = [(Client, contest.DecodePeer)] };

    private static IEnumerable<Comparison> Streams<T>(string name, Contest<T> contest, Figures figures, params (FeedReader Reader, double? Bar, double? Gate)[] readers)
        where T : IFormat => readers.Select(r => Stream(name, r.Reader, r.Bar, r.Gate, contest, figures));

    // By CPU time, which is what a core is worth to us: the wall's time also holds the waiting for a sender that is slower than its receiver.
    private static Comparison Stream<T>(string name, FeedReader reader, double? bar, double? gate, Contest<T> contest, Figures figures)
        where T : IFormat
    {
        StreamTime ours = default;
        return new Comparison($"loopback (receivers' CPU time), {name}, {reader}", false, gate, null)
        {
            Ours = () =>
            {
                ours = contest.StreamOurs(reader);
                figures.Add($"rate, {name}, {reader}", "M/s", bar, false, 1_000 / ours.Wall);
                figures.Add($"rate by the receivers' CPU time, {name}, {reader}", "M/s", bar, false, 1_000 / ours.Cpu);
                return ours.Cpu;
            },
            Peers = [(Client, () =>
            {
                StreamTime peer = contest.StreamPeer();
                figures.Add($"ratio by the wall's time, {name}, {reader}", "x", gate, false, peer.Wall / ours.Wall);
                return peer.Cpu;
            })],
        };
    }

    private static Comparison Paced(FeedReader reader, double? gate, Contest<JsonSnapshots> contest, Figures figures) =>
        new($"wire to published event at {PerSecond:N0}/s, p50, {reader}", true, gate, null)
        {
            Ours = () =>
            {
                Lateness late = contest.PacedOurs(reader, PerSecond);
                figures.Add($"receive-return to decoded event, p50, {reader}", "us", .3, true, late.DecodeP50 / 1_000);
                Tails(figures, reader.ToString(), late);
                return late.P50;
            },
            Peers = [(Client, () =>
            {
                Lateness late = contest.PacedPeer(PerSecond);
                Tails(figures, Client, late);
                return late.P50;
            })],
        };

    private static void Tails(Figures figures, string who, Lateness late)
    {
        figures.Add($"wire to published event, p99, {who}", "us", null, true, late.P99 / 1_000);
        figures.Add("the sender's own lateness, p50", "us", null, true, late.SenderP50 / 1_000);
        figures.Add("the sender's own lateness, p99", "us", null, true, late.SenderP99 / 1_000);
    }

    private static bool Allocated(string name, Dictionary<string, long> bytes)
    {
        foreach ((string what, long allocated) in bytes)
        {
            Console.WriteLine($"{$"allocated by the last run, {name}, {what}",-68} {allocated} B   {(allocated == 0 ? "ok" : "MISSED: must be 0")}");
        }

        return bytes.Values.All(static b => b == 0);
    }

    /// <summary>The absolute figures in the order in which they first came.</summary>
    private sealed class Figures
    {
        /// <summary>Whether this round counts.</summary>
        public bool Count { get; set; }

        public List<Figure> All { get; } = [];

        public void Add(string name, string unit, double? bar, bool lessIsBetter, double value)
        {
            if (!Count)
            {
                return;
            }

            Figure? figure = All.Find(f => f.Name == name);
            if (figure is null)
            {
                All.Add(figure = new Figure(name, unit, bar, lessIsBetter));
            }

            figure.Values.Add(value);
        }
    }
}
