using System.Buffers.Text;
using System.Text.Json;
using LowLatency.Feed.Solana;

namespace LowLatency.Host;

/// <summary>Accounts under the member names of Raydium's own SDK: 64-bit integers as decimal strings, bytes as numbers, keys as base58.</summary>
internal static class AccountJson
{
    private const int MaxDigits = 20;

    public static void Write(Utf8JsonWriter json, in AmmV4Account account)
    {
        WriteDecimal(json, "status"u8, account.Status);
        WriteDecimal(json, "baseDecimal"u8, account.BaseDecimals);
        WriteDecimal(json, "quoteDecimal"u8, account.QuoteDecimals);
        WriteDecimal(json, "swapFeeNumerator"u8, account.SwapFeeNumerator);
        WriteDecimal(json, "swapFeeDenominator"u8, account.SwapFeeDenominator);
        WriteDecimal(json, "baseNeedTakePnl"u8, account.BaseNeedTakePnl);
        WriteDecimal(json, "quoteNeedTakePnl"u8, account.QuoteNeedTakePnl);
        WriteDecimal(json, "poolOpenTime"u8, account.PoolOpenTimeS);
        WriteKey(json, "baseVault"u8, account.BaseVault);
        WriteKey(json, "quoteVault"u8, account.QuoteVault);
        WriteKey(json, "baseMint"u8, account.BaseMint);
        WriteKey(json, "quoteMint"u8, account.QuoteMint);
        WriteKey(json, "lpMint"u8, account.LpMint);
        WriteKey(json, "marketId"u8, account.MarketId);
        WriteDecimal(json, "lpReserve"u8, account.LpReserve);
    }

    public static void Write(Utf8JsonWriter json, in CpmmAccount account)
    {
        WriteKey(json, "vaultA"u8, account.VaultA);
        WriteKey(json, "vaultB"u8, account.VaultB);
        WriteKey(json, "mintA"u8, account.MintA);
        WriteKey(json, "mintB"u8, account.MintB);
        json.WriteNumber("status"u8, account.Status);
        json.WriteNumber("mintDecimalA"u8, account.DecimalsA);
        json.WriteNumber("mintDecimalB"u8, account.DecimalsB);
        WriteDecimal(json, "protocolFeesMintA"u8, account.ProtocolFeesA);
        WriteDecimal(json, "protocolFeesMintB"u8, account.ProtocolFeesB);
        WriteDecimal(json, "fundFeesMintA"u8, account.FundFeesA);
        WriteDecimal(json, "fundFeesMintB"u8, account.FundFeesB);
        WriteDecimal(json, "openTime"u8, account.OpenTimeS);
        WriteDecimal(json, "creatorFeesMintA"u8, account.CreatorFeesA);
        WriteDecimal(json, "creatorFeesMintB"u8, account.CreatorFeesB);
    }

    public static void Write(Utf8JsonWriter json, in TokenAccount account)
    {
        WriteKey(json, "mint"u8, account.Mint);
        WriteKey(json, "owner"u8, account.Owner);
        WriteDecimal(json, "amount"u8, account.Amount);
        json.WriteNumber("state"u8, account.State);
    }

    public static void WriteDecimal(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        Utf8Formatter.TryFormat(value, digits, out int written);
        json.WriteString(name, digits[..written]);
    }

    private static void WriteKey(Utf8JsonWriter json, ReadOnlySpan<byte> name, in PublicKey key)
    {
        Span<byte> text = stackalloc byte[PublicKey.MaxChars];
        key.TryFormat(text, out int written);
        json.WriteString(name, text[..written]);
    }
}
