using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace LowLatency.Simulation.Solana;

/// <summary>Writes notifications with their members in the order in which a validator writes them.</summary>
internal static class Notifications
{
    private const int MaxBytes = 6_144;
    private const int MaxSlotBytes = 256;
    private const ulong RootDistance = 32;
    private const ulong PoolLamports = 6_124_800;

    // A swap through a router, as most are: the pool's lines stand inside the router's.
    private const string Router = "Program 6m2CDdhRgxpH4WjvdzxAYbGxwdGUz5MziiL5jek2kBma";
    private const string Pool = "Program " + SolanaPool.AmmProgram;
    private const string Token = "Program " + SolanaPool.TokenProgram;
    private const string Budget = "Program ComputeBudget111111111111111111111111111111";

    private const string Transfer =
        "\"" + Token + " invoke [3]\",\"Program log: Instruction: Transfer\","
        + "\"" + Token + " consumed 4645 of 107761 compute units\",\"" + Token + " success\",";

    private const string LogsBefore =
        "\"" + Budget + " invoke [1]\",\"" + Budget + " success\",\"" + Router + " invoke [1]\","
        + "\"Program log: Instruction: Swap\",\"" + Pool + " invoke [2]\",";

    private const string LogsAfter =
        Transfer + Transfer + "\"" + Pool + " consumed 32015 of 133984 compute units\",\"" + Pool + " success\",";

    private const string LogsOfSuccess = "\"" + Router + " consumed 60507 of 171355 compute units\",\"" + Router + " success\"";

    private const string LogsOfFailure =
        "\"Program log: AnchorError occurred. Error Code: MinReturnNotReached. Error Number: 6001. Error Message: Min return not reached.\","
        + "\"" + Router + " consumed 60507 of 171355 compute units\",\"" + Router + " failed: custom program error: 0x1771\"";

    public static void Slot(IBufferWriter<byte> output, ulong slot, ulong subscription)
    {
        Utf8.TryWrite(output.GetSpan(MaxSlotBytes), CultureInfo.InvariantCulture, $$$$$"""
            {"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"slot":{{{{{slot}}}}},"parent":{{{{{slot - 1}}}}},"root":{{{{{slot - RootDistance}}}}}},"subscription":{{{{{subscription}}}}}}}
            """, out int written);
        output.Advance(written);
    }

    public static void Program(IBufferWriter<byte> output, ulong slot, SolanaPool pool, ulong subscription)
    {
        Utf8.TryWrite(output.GetSpan(MaxBytes), CultureInfo.InvariantCulture, $$$$$"""
            {"jsonrpc":"2.0","method":"programNotification","params":{"result":{"context":{"slot":{{{{{slot}}}}}},"value":{"pubkey":"{{{{{pool.Address}}}}}","account":{"lamports":{{{{{PoolLamports}}}}},"data":["{{{{{pool.AccountText}}}}}","base64"],"owner":"{{{{{SolanaPool.AmmProgram}}}}}","executable":false,"rentEpoch":{{{{{ulong.MaxValue}}}}},"space":{{{{{AmmAccount.PoolBytes}}}}}}}},"subscription":{{{{{subscription}}}}}}}
            """, out int written);
        output.Advance(written);
    }

    /// <summary>The pool's account to one who subscribed to it by its key.</summary>
    public static void PoolAccount(IBufferWriter<byte> output, ulong slot, SolanaPool pool, ulong subscription) =>
        Account(output, slot, pool.AccountText, PoolLamports, SolanaPool.AmmProgram, AmmAccount.PoolBytes, subscription);

    /// <summary>A vault; an empty account is a closed one.</summary>
    public static void Vault(IBufferWriter<byte> output, ulong slot, ReadOnlySpan<byte> account, ulong lamports, ulong subscription)
    {
        Span<char> text = stackalloc char[256];
        Convert.TryToBase64Chars(account, text, out int length);
        string owner = account.IsEmpty ? SolanaPool.SystemProgram : SolanaPool.TokenProgram;
        Account(output, slot, text[..length], lamports, owner, account.Length, subscription);
    }

    /// <summary>The logs of a transaction through a router; a failed one fails after the pool has logged.</summary>
    public static void Logs(IBufferWriter<byte> output, ulong slot, SolanaPool pool, string rayLog, bool failed, ulong subscription)
    {
        string signature = Base58.Encode(SHA512.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{pool.Address} {slot} {failed} {rayLog}"))));
        string error = failed ? """{"InstructionError":[3,{"Custom":6001}]}""" : "null";
        string end = failed ? LogsOfFailure : LogsOfSuccess;
        Utf8.TryWrite(output.GetSpan(MaxBytes), CultureInfo.InvariantCulture, $$$$$"""
            {"jsonrpc":"2.0","method":"logsNotification","params":{"result":{"context":{"slot":{{{{{slot}}}}}},"value":{"signature":"{{{{{signature}}}}}","err":{{{{{error}}}}},"logs":[{{{{{LogsBefore}}}}}"Program log: ray_log: {{{{{rayLog}}}}}",{{{{{LogsAfter}}}}}{{{{{end}}}}}]}},"subscription":{{{{{subscription}}}}}}}
            """, out int written);
        output.Advance(written);
    }

    private static void Account(
        IBufferWriter<byte> output, ulong slot, ReadOnlySpan<char> data, ulong lamports, string owner, int space, ulong subscription)
    {
        Utf8.TryWrite(output.GetSpan(MaxBytes), CultureInfo.InvariantCulture, $$$$$"""
            {"jsonrpc":"2.0","method":"accountNotification","params":{"result":{"context":{"slot":{{{{{slot}}}}}},"value":{"lamports":{{{{{lamports}}}}},"data":["{{{{{data}}}}}","base64"],"owner":"{{{{{owner}}}}}","executable":false,"rentEpoch":{{{{{ulong.MaxValue}}}}},"space":{{{{{space}}}}}}},"subscription":{{{{{subscription}}}}}}}
            """, out int written);
        output.Advance(written);
    }
}
