using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LowLatency.Bench;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Simulation;

namespace LowLatency.Benchmarks;

/// <summary>
/// One programNotification of an AMM v4 pool, 1,364 bytes as nodes write it, down to the pool's status and fees: our parser by
/// its two ways, beside System.Text.Json's reflection serializer with Convert.FromBase64String.
/// </summary>
[MemoryDiagnoser]
public class PubSubProgram
{
    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];
    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        _message = Encoding.UTF8.GetBytes(SolanaText.Program(
            "FYAnFcdjkcfAkbtZqixnTqNVLoDjJft82L5FFgPaSWe3", Encoding.UTF8.GetString(SolanaPrograms.RaydiumAmmV4), 29_124_800, SolanaText.AmmV4Account(1), 345_800_000, 24_040));
        if (Serializer() != KnownOrder() || Serializer() != AnyOrder() || _message.Length is < 1_355 or > 1_370)
        {
            throw new InvalidOperationException($"the parsers disagree over {_message.Length} bytes");
        }
    }

    [Benchmark(Baseline = true)]
    public ulong Serializer()
    {
        Notification<KeyedAccount> n = JsonSerializer.Deserialize<Notification<KeyedAccount>>(_message)!;
        byte[] data = Convert.FromBase64String(n.Params.Result.Value.Account.Data[0]);
        return n.Params.Subscription + n.Params.Result.Context.Slot + BinaryPrimitives.ReadUInt64LittleEndian(data) + BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(176));
    }

    [Benchmark]
    public ulong KnownOrder() => PubSubParser.Parse(_message, _buffer, out PubSubMessage message) == RejectReason.None ? Sum(message) : 0;

    [Benchmark]
    public ulong AnyOrder() => PubSubParser.ParseAnyOrder(_message, _buffer, out PubSubMessage message) == RejectReason.None ? Sum(message) : 0;

    private static ulong Sum(in PubSubMessage message) =>
        message.Classify(out AccountKind kind) == RejectReason.None && kind == AccountKind.AmmV4
            && AmmV4Account.TryRead(message.Data, out AmmV4Account pool) == RejectReason.None
            ? message.Subscription + message.Slot + pool.Status + pool.SwapFeeNumerator
            : 0;
}

/// <summary>One accountNotification of a vault, 511 bytes as nodes write it, down to its amount.</summary>
[MemoryDiagnoser]
public class PubSubVault
{
    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];
    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        _message = Encoding.UTF8.GetBytes(SolanaText.Account(
            Encoding.UTF8.GetString(SolanaPrograms.Token), 2_039_280, SolanaText.TokenAccount(1, 67_661_004_799_950), 345_800_009, 23_793));
        if (Serializer() != KnownOrder() || Serializer() != AnyOrder() || _message.Length is < 505 or > 515)
        {
            throw new InvalidOperationException($"the parsers disagree over {_message.Length} bytes");
        }
    }

    [Benchmark(Baseline = true)]
    public ulong Serializer()
    {
        Notification<Account> n = JsonSerializer.Deserialize<Notification<Account>>(_message)!;
        byte[] data = Convert.FromBase64String(n.Params.Result.Value.Data[0]);
        return n.Params.Subscription + n.Params.Result.Context.Slot + BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(64));
    }

    [Benchmark]
    public ulong KnownOrder() => PubSubParser.Parse(_message, _buffer, out PubSubMessage message) == RejectReason.None ? Sum(message) : 0;

    [Benchmark]
    public ulong AnyOrder() => PubSubParser.ParseAnyOrder(_message, _buffer, out PubSubMessage message) == RejectReason.None ? Sum(message) : 0;

    private static ulong Sum(in PubSubMessage message) =>
        message.Classify(out AccountKind kind) == RejectReason.None && kind == AccountKind.Token
            && TokenAccount.TryRead(message.Data, out TokenAccount vault) == RejectReason.None
            ? message.Subscription + message.Slot + vault.Amount
            : 0;
}
