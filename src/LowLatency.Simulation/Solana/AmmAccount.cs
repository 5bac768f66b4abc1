using System.Buffers.Binary;
using LowLatency.Positions;

namespace LowLatency.Simulation.Solana;

/// <summary>Writes the accounts of market.md, section 4: little endian, every offset named.</summary>
internal static class AmmAccount
{
    public const int PoolBytes = 752;
    public const int VaultBytes = 165;
    public const ulong RentLamports = 2_039_280;

    private const string WrappedSol = "So11111111111111111111111111111111111111112";
    private const string MarketProgram = "srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX";
    private const ulong StatusSwapOnly = 6;
    private const ulong Nonce = 254;
    private const double DenominatorPerPercent = 100;
    private const ulong Epoch = 800;

    private static readonly byte[] Authority = SolanaPool.KeyOf(SolanaPool.AmmAuthority);
    private static readonly byte[] Market = SolanaPool.KeyOf(MarketProgram);

    /// <summary>The pool's 752 bytes.</summary>
    public static byte[] Write(SolanaPool pool)
    {
        byte[] account = new byte[PoolBytes];
        ulong fee = double.IsFinite(pool.Info.TradeFeePercent) ? (ulong)Math.Round(pool.Info.TradeFeePercent * DenominatorPerPercent) : ConstantProduct.FeeNumerator;
        ReadOnlySpan<(int Offset, ulong Value)> numbers =
        [
            (0, StatusSwapOnly), (8, Nonce), (16, 7), (24, 3), (32, (ulong)pool.Info.DecimalsA), (40, (ulong)pool.Info.DecimalsB), (48, 1),
            (64, 1_000_000), (72, 500), (80, 5_000_000), (88, 1_000_000), (96, 1_000_000), (104, 1), (112, 1_000_000_000),
            (120, 1_000_000_000), (128, 5), (136, ConstantProduct.FeeDenominator), (144, fee), (152, ConstantProduct.FeeDenominator), (160, 12), (168, 100),
            (176, fee), (184, ConstantProduct.FeeDenominator), (192, pool.CoinNeedTakePnl), (200, pool.PcNeedTakePnl),
            (224, (ulong)Math.Max(0, pool.Info.PoolOpenTimeS)),
            (720, pool.LpAmount), (736, Epoch),
        ];
        foreach ((int offset, ulong value) in numbers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(account.AsSpan(offset), value);
        }

        ReadOnlySpan<(int Offset, byte[] Key)> keys =
        [
            (336, pool.Derive("coin vault")), (368, pool.Derive("pc vault")), (400, pool.CoinMintKey),
            (432, pool.PcMintKey), (464, pool.Derive("lp mint")), (496, pool.Derive("open orders")),
            (528, pool.Derive("market")), (560, Market), (592, pool.Derive("target orders")), (688, pool.Derive("owner")),
        ];
        foreach ((int offset, byte[] key) in keys)
        {
            key.CopyTo(account.AsSpan(offset));
        }

        return account;
    }

    /// <summary>A vault's 165 bytes into <paramref name="account"/>; returns its lamports.</summary>
    public static ulong WriteVault(Span<byte> account, string mint, ReadOnlySpan<byte> mintKey, ulong amount)
    {
        account[..VaultBytes].Clear();
        mintKey.CopyTo(account);
        Authority.CopyTo(account[32..]);
        BinaryPrimitives.WriteUInt64LittleEndian(account[64..], amount);
        account[108] = 1;
        if (mint != WrappedSol)
        {
            return RentLamports;
        }

        account[109] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(account[113..], RentLamports);
        return RentLamports + amount;
    }
}
