using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LowLatency.Bench;
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
