using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using LowLatency.Feed;
using LowLatency.Simulation;
using LowLatency.Storage;
using MessagePack;

namespace LowLatency.Benchmarks;

/// <summary>
/// One JSON snapshot, as the gateway sends it, to its numbers and checked keys: our parser, fast and general, beside
/// System.Text.Json with generated code and with reflection. The peers check no key.
/// </summary>
[MemoryDiagnoser]
public class SnapshotDecode
{
    private const int Messages = 1_024;

    private readonly byte[][] _messages = new byte[Messages][];
    private readonly byte[][] _events = new byte[Messages][];

    [GlobalSetup]
    public void Setup()
    {
        using SnapshotJson json = new();
        using ISnapshotWriter wire = ISnapshotWriter.Of(GatewayFormat.SocketIo);
        int i = 0;
        foreach (RecordedRow row in World.Create("realistic", 1).Rows().Take(Messages))
        {
            _messages[i] = json.Write(row).ToArray();
            _events[i++] = wire.Write(row).ToArray();
        }

        Console.WriteLine($"// mean length {_messages.Average(static m => m.Length):F0} bytes");
        double expected = Reflection();
        if (Generated() != expected || Span() != expected || SpanAnyOrder() != expected || SocketIo() != expected)
        {
            throw new InvalidOperationException("the parsers disagree");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public double Generated()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            sum += JsonSerializer.Deserialize(message, SnapshotContext.Default.SnapshotRecord)!.BaseReserve!.Value;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double Reflection()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            sum += JsonSerializer.Deserialize<SnapshotRecord>(message)!.BaseReserve!.Value;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double Span()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            sum += SnapshotParser.Parse(message, ref snapshot) == RejectReason.None ? snapshot.BaseReserve : double.NaN;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double SpanAnyOrder()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            sum += SnapshotParser.ParseSlow(message, ref snapshot) == RejectReason.None ? snapshot.BaseReserve : double.NaN;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double SocketIo()
    {
        double sum = 0;
        foreach (byte[] message in _events)
        {
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            sum += SnapshotParser.Parse(SocketIoParser.Parse(message).Payload, ref snapshot) == RejectReason.None ? snapshot.BaseReserve : double.NaN;
        }

        return sum;
    }
}

/// <summary>One MessagePack snapshot: our span reader beside the package MessagePack with its default resolver.</summary>
[MemoryDiagnoser]
public class SnapshotPackDecode
{
    private const int Messages = 1_024;

    private readonly byte[][] _messages = new byte[Messages][];

    [GlobalSetup]
    public void Setup()
    {
        using ISnapshotWriter wire = ISnapshotWriter.Of(GatewayFormat.MessagePack);
        int i = 0;
        foreach (RecordedRow row in World.Create("realistic", 1).Rows().Take(Messages))
        {
            _messages[i++] = wire.Write(row).ToArray();
        }

        if (Package() != Span())
        {
            throw new InvalidOperationException("the readers disagree");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public double Package()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            sum += MessagePackSerializer.Deserialize<SnapshotRecord>(message).BaseReserve!.Value;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double Span()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            sum += SnapshotPack.Read(message, ref snapshot) == RejectReason.None ? snapshot.BaseReserve : double.NaN;
        }

        return sum;
    }
}

/// <summary>The snapshot as the serialisers see it.</summary>
[MessagePackObject]
public sealed class SnapshotRecord
{
    [Key(0), JsonPropertyName("pool_id")]
    public string? PoolId { get; set; }

    [Key(1), JsonPropertyName("timestamp")]
    public long Timestamp { get; set; }

    [Key(2), JsonPropertyName("price")]
    public double? Price { get; set; }

    [Key(3), JsonPropertyName("base_reserve")]
    public double? BaseReserve { get; set; }

    [Key(4), JsonPropertyName("quote_reserve")]
    public double? QuoteReserve { get; set; }

    [Key(5), JsonPropertyName("volume_24h")]
    public double? Volume24h { get; set; }

    [Key(6), JsonPropertyName("trade_fee")]
    public double? TradeFee { get; set; }

    [Key(7), JsonPropertyName("decimals_a")]
    public int? DecimalsA { get; set; }

    [Key(8), JsonPropertyName("decimals_b")]
    public int? DecimalsB { get; set; }

    [Key(9), JsonPropertyName("token_a_mint")]
    public string? TokenAMint { get; set; }

    [Key(10), JsonPropertyName("token_b_mint")]
    public string? TokenBMint { get; set; }

    [Key(11), JsonPropertyName("pool_open_time")]
    public long? PoolOpenTime { get; set; }

    [Key(12), JsonPropertyName("status")]
    public int? Status { get; set; }

    [Key(13), JsonPropertyName("slot")]
    public long? Slot { get; set; }
}

/// <summary>Generated code of System.Text.Json, as its documentation recommends.</summary>
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class SnapshotContext : JsonSerializerContext;
