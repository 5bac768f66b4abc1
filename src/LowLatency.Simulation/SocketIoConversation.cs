using System.Buffers;
using System.Globalization;
using System.Text;
using LowLatency.Simulation.Wire;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>The packets of Socket.IO v4 on Engine.IO v4: open (0), connect (40), events (42), ping (2) and pong (3).</summary>
internal sealed class SocketIoConversation(GatewayOptions options, SeededRandom random) : IConversation
{
    private const int MaxPayload = 1_000_000;

    private readonly SocketIoEvents _events = new();
    private long _pingedAtMs = Environment.TickCount64;
    private bool _awaitsPong;

    public TimeSpan BeatEvery => TimeSpan.FromMilliseconds(Math.Max(5, Math.Min(options.PingIntervalMs, options.PingTimeoutMs) / 4));

    public bool HasBegun { get; private set; }

    public void Open(Outbox answers) => Say(answers, string.Create(CultureInfo.InvariantCulture,
        $$"""0{"sid":"{{SessionId()}}","upgrades":[],"pingInterval":{{options.PingIntervalMs}},"pingTimeout":{{options.PingTimeoutMs}},"maxPayload":{{MaxPayload}}}"""));

    public bool Hear(ReadOnlySpan<byte> message, Outbox answers)
    {
        if (message.SequenceEqual("3"u8))
        {
            _awaitsPong = false;
        }
        else if (message.StartsWith("40"u8))
        {
            Say(answers, $$"""40{"sid":"{{SessionId()}}"}""");
            HasBegun = true;
        }

        return !message.StartsWith("41"u8) && !message.SequenceEqual("1"u8);
    }

    public bool Beat(Outbox answers)
    {
        long silentMs = Environment.TickCount64 - _pingedAtMs;
        if (_awaitsPong && silentMs > options.PingTimeoutMs)
        {
            return false;
        }

        if (!_awaitsPong && silentMs >= options.PingIntervalMs)
        {
            _pingedAtMs = Environment.TickCount64;
            _awaitsPong = true;
            Say(answers, "2");
        }

        return true;
    }

    public IEnumerable<long> Tell(IEnumerable<RecordedRow> rows, Outbox outbox)
    {
        foreach (RecordedRow row in rows)
        {
            yield return row.TimestampMs;
            outbox.Add(_events.Write(row).Span, isText: true);
        }
    }

    public void Dispose() => _events.Dispose();

    private static void Say(Outbox answers, string packet) => answers.Add(Encoding.UTF8.GetBytes(packet), isText: true);

    // 15 seeded bytes as 20 characters of base64url, as Engine.IO makes them.
    private string SessionId()
    {
        byte[] bytes = new byte[15];
        foreach (ref byte b in bytes.AsSpan())
        {
            b = (byte)random.NextBits();
        }

        return Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
    }
}
