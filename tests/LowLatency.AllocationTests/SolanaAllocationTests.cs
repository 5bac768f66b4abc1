using System.Text;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Simulation;

namespace LowLatency.AllocationTests;

/// <summary>Bytes allocated per Solana message, by either way of the parser, down to the fields of what it holds. 0 means 0.</summary>
public sealed class SolanaAllocationTests
{
    private const int WarmUp = 2_000;
    private const int Measured = 20_000;
    private const string Key = "FYAnFcdjkcfAkbtZqixnTqNVLoDjJft82L5FFgPaSWe3";
    private const string Signature = "5NVHNccPo4ADxnHZjVSYZzxk3fuZfZvuLP6MwkhSNBbQRNcGfC2gwScz24XYictZuqaMKFEcmsXuHV4WZDiFUD3r";

    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];
    private ulong _sum;

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    public static TheoryData<string, string> Messages
    {
        get
        {
            string swap = Convert.ToBase64String(SolanaText.SwapLog(100, 1, 2, 100, 1_000, 2_000, 50));
            string[] lines = ["Program log: Hello", $"Program log: ray_log: {swap}", $"Program log: r\\u0061y_log: {swap.Replace("/", "\\/", StringComparison.Ordinal)}"];
            string amm = SolanaText.Program(Key, Text(SolanaPrograms.RaydiumAmmV4), 1, SolanaText.AmmV4Account(1), 2, 3);
            string logs = SolanaText.Logs(Signature, "null", lines, 1, 2);
            return new()
            {
                { "program, AMM v4", amm },
                { "program, AMM v4, any order", amm.Replace("\"data\"", " \"data\"", StringComparison.Ordinal) },
                { "program, CPMM", SolanaText.Program(Key, Text(SolanaPrograms.RaydiumCpmm), 1, SolanaText.CpmmAccount(1), 2, 3) },
                { "account, token", SolanaText.Account(Text(SolanaPrograms.Token), 1, SolanaText.TokenAccount(1, 2), 2, 3) },
                { "account, closed", SolanaText.Account(Text(SolanaPrograms.System), 0, [], 2, 3) },
                { "logs", logs },
                { "logs, any order", logs.Replace("\"err\"", " \"err\"", StringComparison.Ordinal) },
                { "transaction", $$$$"""{"jsonrpc":"2.0","method":"transactionNotification","params":{"subscription":1,"result":{"transaction":{"transaction":{"signatures":["x"]},"meta":{"err":null,"logMessages":["Program log: ray_log: {{{{swap}}}}"]},"version":0},"signature":"{{{{Signature}}}}","slot":1}}}""" },
                { "slot", SolanaText.Slot(3, 2, 1, 0) },
                { "ack", SolanaText.Ack(1, 2) },
                { "error", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params"},"id":4}""" },
                { "rejected", amm[..^1] },
            };
        }
    }

    [Fact]
    public void The_measure_sees_a_single_key_as_text() =>
        Assert.True(Allocated(() => _sum += (ulong)new PublicKey(SolanaText.TokenAccount(1, 2)).ToString().Length) > 40);

    [Theory]
    [MemberData(nameof(Messages))]
    public void Decoding_allocates_nothing(string kind, string json)
    {
        Assert.SkipUnless(IsRelease, "allocation is measured in Release: Debug code boxes where optimised code does not");
        byte[] message = Encoding.UTF8.GetBytes(json);
        Decode(message, WarmUp);
        Assert.Equal((kind, 0), (kind, Allocated(() => Decode(message, Measured))));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Decode(byte[] message, int times)
    {
        Span<byte> log = stackalloc byte[RayLog.MaxBytes];
        Span<byte> text = stackalloc byte[PublicKey.MaxChars];
        for (int i = 0; i < times; i++)
        {
            if (PubSubParser.Parse(message, _buffer, out PubSubMessage parsed) != RejectReason.None)
            {
                continue;
            }

            _sum += parsed.Slot + (PublicKey.TryParse(parsed.Pubkey, out PublicKey key) && key.TryFormat(text, out int written) ? (ulong)written : 0);
            for (RayLogReader logs = parsed.RayLogs; logs.TryRead(out ReadOnlySpan<byte> base64);)
            {
                _sum += RayLog.TryDecode(base64, log, out RayLog swap) == RejectReason.None ? swap.Swap().AmountOut : 0;
            }

            parsed.Classify(out AccountKind kind);
            _sum += kind switch
            {
                AccountKind.AmmV4 when AmmV4Account.TryRead(parsed.Data, out AmmV4Account amm) == RejectReason.None && amm.TryGetReserves(9, 9, out PoolReserves r) == RejectReason.None => r.Base,
                AccountKind.Cpmm when CpmmAccount.TryRead(parsed.Data, out CpmmAccount cpmm) == RejectReason.None => (ulong)cpmm.MintA.GetHashCode(),
                AccountKind.Token when TokenAccount.TryRead(parsed.Data, out TokenAccount token) == RejectReason.None => token.Amount,
                _ => 0,
            };
        }
    }
}
