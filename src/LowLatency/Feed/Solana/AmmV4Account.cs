using System.Buffers.Binary;

namespace LowLatency.Feed.Solana;

/// <summary>
/// A Raydium AMM v4 pool account, read where it lies: it borrows the account's bytes. Coin is the base side, pc the quote
/// side, as the chain has them; which of the two is SOL is decided at the boundary.
/// </summary>
public readonly ref struct AmmV4Account
{
    /// <summary>Length of the account.</summary>
    public const int Length = 752;

    /// <summary>The status of a pool that trades: swap only.</summary>
    public const ulong SwapOnly = 6;

    private const ulong MaxStatus = 7;

    private readonly ReadOnlySpan<byte> _data;

    private AmmV4Account(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>0 uninitialised, 1 initialised, 2 disabled, 3 withdraw only, 4 liquidity only, 5 order book only, 6 swap only, 7 waiting.</summary>
    public ulong Status => U64(0);

    /// <summary>Decimals of the base mint.</summary>
    public ulong BaseDecimals => U64(32);

    /// <summary>Decimals of the quote mint.</summary>
    public ulong QuoteDecimals => U64(40);

    /// <summary>Swap fee: this many of <see cref="SwapFeeDenominator"/>.</summary>
    public ulong SwapFeeNumerator => U64(176);

    /// <summary>See <see cref="SwapFeeNumerator"/>.</summary>
    public ulong SwapFeeDenominator => U64(184);

    /// <summary>Atoms of the base vault that belong to the protocol.</summary>
    public ulong BaseNeedTakePnl => U64(192);

    /// <summary>Atoms of the quote vault that belong to the protocol.</summary>
    public ulong QuoteNeedTakePnl => U64(200);

    /// <summary>Unix seconds; 0 in pools that migrated from pump.fun.</summary>
    public ulong PoolOpenTimeS => U64(224);

    /// <summary>Token account of the base side.</summary>
    public PublicKey BaseVault => Key(336);

    /// <summary>Token account of the quote side.</summary>
    public PublicKey QuoteVault => Key(368);

    /// <summary>Mint of the base side.</summary>
    public PublicKey BaseMint => Key(400);

    /// <summary>Mint of the quote side.</summary>
    public PublicKey QuoteMint => Key(432);

    /// <summary>Mint of the pool's shares.</summary>
    public PublicKey LpMint => Key(464);

    /// <summary>The order book market that the pool was made for.</summary>
    public PublicKey MarketId => Key(528);

    /// <summary>Shares in existence, as the program counts them.</summary>
    public ulong LpReserve => U64(720);

    /// <summary>Epoch in which the program last wrote the account.</summary>
    public ulong RecentEpoch => U64(736);

    /// <summary>Reads the account; the view borrows <paramref name="data"/>.</summary>
    public static RejectReason TryRead(ReadOnlySpan<byte> data, out AmmV4Account account)
    {
        account = default;
        if (data.Length != Length)
        {
            return RejectReason.InvalidAccountLength;
        }

        AmmV4Account read = new(data);
        if (read.Status > MaxStatus || read.BaseDecimals > TokenAccount.MaxDecimals || read.QuoteDecimals > TokenAccount.MaxDecimals)
        {
            return RejectReason.OutOfRange;
        }

        account = read;
        return RejectReason.None;
    }

    /// <summary>What trades: the vaults' amounts less what the protocol may still take.</summary>
    public RejectReason TryGetReserves(ulong baseVaultAmount, ulong quoteVaultAmount, out PoolReserves reserves) =>
        PoolReserves.TryCreate(baseVaultAmount, BaseNeedTakePnl, quoteVaultAmount, QuoteNeedTakePnl, out reserves);

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_data[offset..]);

    private PublicKey Key(int offset) => new(_data[offset..]);
}
