using LowLatency.Simulation.Faults;

namespace LowLatency.Simulation;

/// <summary>What a gateway writes.</summary>
public enum GatewayFormat : byte
{
    /// <summary>JSON snapshots.</summary>
    Json,

    /// <summary>MessagePack snapshots.</summary>
    MessagePack,

    /// <summary>JSON snapshots as events of a Socket.IO v4 server.</summary>
    SocketIo,

    /// <summary>A Solana RPC PubSub node: nothing comes that was not subscribed to.</summary>
    Solana,
}

/// <summary>How a gateway serves. Immutable; checked by <see cref="Validated"/> when a gateway starts.</summary>
/// <param name="Port">Port on loopback; 0 = any that is free.</param>
/// <param name="Speed">Event time per wall time: 1 as recorded, 10 ten times as fast, 0 as fast as the client reads.</param>
public sealed record GatewayOptions(int Port = 0, double Speed = 1)
{
    private const double MaxRate = 10_000_000;
    private const int BurstsPerSecond = 100;

    /// <summary>What is written.</summary>
    public GatewayFormat Format { get; init; }

    /// <summary>Messages per second of wall time, whatever the event time; 0 = by <see cref="Speed"/>.</summary>
    public double Rate { get; init; }

    /// <summary>With a <see cref="Rate"/>: messages that leave together; 0 = a hundredth of a second's.</summary>
    public int BurstSize { get; init; }

    /// <summary>Seed of everything that is not in the rows: keys of sessions, order within a slot, choice of faults.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Solana: the rows begin when a client has made this many subscriptions.</summary>
    public int StartAfterSubscriptions { get; init; } = 1;

    /// <summary>Socket.IO: time between two pings of the server.</summary>
    public int PingIntervalMs { get; init; } = 25_000;

    /// <summary>Socket.IO: a client that does not answer a ping within this time is dropped.</summary>
    public int PingTimeoutMs { get; init; } = 20_000;

    /// <summary>What goes wrong; nothing by default.</summary>
    public GatewayFaults Faults { get; init; } = GatewayFaults.None;

    /// <summary><see cref="BurstSize"/>, or the size that follows from <see cref="Rate"/>.</summary>
    internal int EffectiveBurst => BurstSize > 0 ? BurstSize : Math.Max(1, (int)(Rate / BurstsPerSecond));

    /// <summary>These options; throws <see cref="ArgumentException"/> naming the first that is out of range.</summary>
    public GatewayOptions Validated()
    {
        Range(Port, 0, ushort.MaxValue, nameof(Port));
        Range(Speed, 0, 1e9, nameof(Speed));
        Range(Rate, 0, MaxRate, nameof(Rate));
        Range(BurstSize, 0, MaxRate, nameof(BurstSize));
        Range(StartAfterSubscriptions, 0, 100_000, nameof(StartAfterSubscriptions));
        Range(PingIntervalMs, 1, int.MaxValue, nameof(PingIntervalMs));
        Range(PingTimeoutMs, 1, int.MaxValue, nameof(PingTimeoutMs));
        if (BurstSize > 0 && Rate == 0)
        {
            throw new ArgumentException($"{nameof(BurstSize)} means something only with a {nameof(Rate)}");
        }

        Faults.Validate(Format);
        return this;
    }

    /// <summary>Throws unless <paramref name="value"/> is in the closed range.</summary>
    internal static void Range(double value, double low, double high, string name)
    {
        if (!(value >= low && value <= high))
        {
            throw new ArgumentException($"{name} is {value}; it must be from {low} to {high}");
        }
    }
}
