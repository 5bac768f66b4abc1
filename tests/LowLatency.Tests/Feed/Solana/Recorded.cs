using System.Text;
using System.Text.Json;
using LowLatency.Simulation;
using LowLatency.Testing;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>Real messages where they are at hand, and made ones of every kind.</summary>
internal static class Recorded
{
    public const string AmmV4 = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8";
    public const string Cpmm = "CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C";
    public const string Token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    public const string Nobody = "11111111111111111111111111111111";
    public const string Key = "FYAnFcdjkcfAkbtZqixnTqNVLoDjJft82L5FFgPaSWe3";
    public const string Signature = "5NVHNccPo4ADxnHZjVSYZzxk3fuZfZvuLP6MwkhSNBbQRNcGfC2gwScz24XYictZuqaMKFEcmsXuHV4WZDiFUD3r";

    private static readonly string[] Files =
    [
        "solana/account-notifications.jsonl", "solana/pubsub-transcript.jsonl", "solana/logs-notifications.jsonl", "solana/transaction-notifications.jsonl",
    ];

    /// <summary>One of each kind, all accepted, in the order and spacing of nodes.</summary>
    public static byte[][] Made { get; } =
    [
        Utf8(SolanaText.Program(Key, AmmV4, 6_124_800, SolanaText.AmmV4Account(1), 345_800_000, 24_040)),
        Utf8(SolanaText.Program(Key, Cpmm, 6_124_800, SolanaText.CpmmAccount(2), 345_800_001, 2_449_504_275_713_048)),
        Utf8(SolanaText.Account(Token, 2_039_280, SolanaText.TokenAccount(3, 67_661_004_799_950), 345_800_002, 23_793)),
        Utf8(SolanaText.Account(Nobody, 0, [], 345_800_003, 23_793)),
        Utf8(SolanaText.Account(Token, 2_039_280, SolanaText.TokenAccount(4, 1), 345_800_004, 1)
            .Replace("},\"value\"", ",\"apiVersion\":\"2.1.4\"},\"value\"", StringComparison.Ordinal).Replace(",\"space\":165", "", StringComparison.Ordinal)),
        Utf8(SolanaText.Logs(Signature, "null", ["Program log: Hello", $"Program log: ray_log: {SwapBase64}", "Program log: \\\"x\\\" \u00FC"], 345_800_005, 610_540)),
        Utf8($$$"""{"jsonrpc":"2.0","method":"logsNotification","params":{"result":{"context":{"slot":7},"value":{"err":null,"logs":["Program log: ray_log: {{{SwapBase64}}}"],"signature":"{{{Signature}}}"}},"subscription":679731}}"""),
        Utf8(SolanaText.Slot(76, 75, 44, 0)),
        Utf8("""{"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"slot":76,"parent":75,"root":44},"subscription":5}}"""),
        Utf8(SolanaText.Ack(2_449_504_275_713_048, 17)),
    ];

    /// <summary>Accepted too, but by the strict way.</summary>
    public static byte[][] Strict { get; } =
    [
        Utf8(SolanaText.Logs(Signature, "{\"InstructionError\":[3,{\"Custom\":6001}]}", [$"Program log: ray_log: {SwapBase64}"], 1, 2)),
        Utf8("""{"jsonrpc":"2.0","result":true,"id":3}"""),
        Utf8("""{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid \"params\"","data":[1]},"id":4}"""),
        Utf8("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"""),
        Utf8($$$$"""{"jsonrpc":"2.0","method":"transactionNotification","params":{"subscription":4053233592815450,"result":{"transaction":{"transaction":{"signatures":["x"]},"meta":{"err":null,"fee":5000,"logMessages":["Program log: ray_log: {{{{SwapBase64}}}}"]},"version":0},"signature":"{{{{Signature}}}}","slot":308470432}}}"""),
    ];

    public static string SwapBase64 => Convert.ToBase64String(SolanaText.SwapLog(100_000_000, 1, 2, 100_000_000, 236_723_918_515, 73_513_021_556_350, 30_963_644_580));

    /// <summary>The recorded messages and all made ones.</summary>
    public static byte[][] All => [.. Files.SelectMany(Lines), .. Made, .. Strict];

    /// <summary>The lines of a recording; none where it is not on this machine.</summary>
    public static IEnumerable<byte[]> Lines(string file) => SharedData.Find(file) is { } path ? File.ReadLines(path).Select(Utf8) : [];

    public static string Require(string file)
    {
        string? path = SharedData.Find(file);
        Assert.SkipWhen(path is null, SharedData.Missing);
        return path!;
    }

    public static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(Require(file))).RootElement;

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
