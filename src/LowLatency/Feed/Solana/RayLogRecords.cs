using System.Buffers.Binary;

namespace LowLatency.Feed.Solana;

/// <summary>A swap as the pool logged it, with the reserves it found. Amounts in atoms; borrows the log's bytes.</summary>
public readonly ref struct RaySwap
{
    /// <summary>Length of the log.</summary>
    public const int Length = 57;

    /// <summary><see cref="Direction"/> of a swap that pays pc (quote) for coin (base).</summary>
    public const ulong QuoteToBase = 1;

    /// <summary><see cref="Direction"/> of a swap that pays coin (base) for pc (quote).</summary>
    public const ulong BaseToQuote = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    internal RaySwap(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the output was given and the input computed.</summary>
    public bool IsExactOut => _bytes[0] == (byte)RayLogKind.SwapBaseOut;

    /// <summary>What went into the pool, fee and all.</summary>
    public ulong AmountIn => IsExactOut ? U64(6) : U64(0);

    /// <summary>What came out of the pool.</summary>
    public ulong AmountOut => IsExactOut ? U64(1) : U64(6);

    /// <summary>The trader's limit: least output of an exact input, greatest input of an exact output.</summary>
    public ulong Limit => IsExactOut ? U64(0) : U64(1);

    /// <summary><see cref="QuoteToBase"/> or <see cref="BaseToQuote"/>.</summary>
    public ulong Direction => U64(2);

    /// <summary>What the trader's token account held.</summary>
    public ulong UserSource => U64(3);

    /// <summary>Base reserve before the swap.</summary>
    public ulong PoolCoin => U64(4);

    /// <summary>Quote reserve before the swap.</summary>
    public ulong PoolPc => U64(5);

    private ulong U64(int ordinal) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(1 + (ordinal * sizeof(ulong)))..]);
}

/// <summary>The opening of a pool; borrows the log's bytes.</summary>
public readonly ref struct RayInit
{
    /// <summary>Length of the log.</summary>
    public const int Length = 75;

    private readonly ReadOnlySpan<byte> _bytes;

    internal RayInit(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Opening time, Unix seconds.</summary>
    public ulong TimeS => U64(1);

    /// <summary>Decimals of the quote mint.</summary>
    public byte PcDecimals => _bytes[9];

    /// <summary>Decimals of the base mint.</summary>
    public byte CoinDecimals => _bytes[10];

    /// <summary>Lot size of the quote side.</summary>
    public ulong PcLotSize => U64(11);

    /// <summary>Lot size of the base side.</summary>
    public ulong CoinLotSize => U64(19);

    /// <summary>First quote reserve, in atoms.</summary>
    public ulong PcAmount => U64(27);

    /// <summary>First base reserve, in atoms.</summary>
    public ulong CoinAmount => U64(35);

    /// <summary>The order book market of the pool.</summary>
    public PublicKey Market => new(_bytes[43..]);

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[offset..]);
}

/// <summary>A deposit of liquidity; amounts in atoms; borrows the log's bytes.</summary>
public readonly ref struct RayDeposit
{
    /// <summary>Length of the log.</summary>
    public const int Length = 105;

    private readonly ReadOnlySpan<byte> _bytes;

    internal RayDeposit(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Most base the depositor allowed.</summary>
    public ulong MaxCoin => U64(1);

    /// <summary>Most quote the depositor allowed.</summary>
    public ulong MaxPc => U64(9);

    /// <summary>Which side was fixed: 0 base, 1 quote.</summary>
    public ulong Base => U64(17);

    /// <summary>Base reserve before the deposit.</summary>
    public ulong PoolCoin => U64(25);

    /// <summary>Quote reserve before the deposit.</summary>
    public ulong PoolPc => U64(33);

    /// <summary>Shares before the deposit.</summary>
    public ulong PoolLp => U64(41);

    /// <summary>Base of the profit calculation.</summary>
    public UInt128 CalcPnlX => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[49..]);

    /// <summary>Quote of the profit calculation.</summary>
    public UInt128 CalcPnlY => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[65..]);

    /// <summary>Base that went in.</summary>
    public ulong DeductCoin => U64(81);

    /// <summary>Quote that went in.</summary>
    public ulong DeductPc => U64(89);

    /// <summary>Shares that were made.</summary>
    public ulong MintLp => U64(97);

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[offset..]);
}

/// <summary>A withdrawal of liquidity; amounts in atoms; borrows the log's bytes.</summary>
public readonly ref struct RayWithdraw
{
    /// <summary>Length of the log.</summary>
    public const int Length = 89;

    private readonly ReadOnlySpan<byte> _bytes;

    internal RayWithdraw(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Shares given back.</summary>
    public ulong WithdrawLp => U64(1);

    /// <summary>Shares that the user held.</summary>
    public ulong UserLp => U64(9);

    /// <summary>Base reserve before the withdrawal.</summary>
    public ulong PoolCoin => U64(17);

    /// <summary>Quote reserve before the withdrawal.</summary>
    public ulong PoolPc => U64(25);

    /// <summary>Shares before the withdrawal.</summary>
    public ulong PoolLp => U64(33);

    /// <summary>Base of the profit calculation.</summary>
    public UInt128 CalcPnlX => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[41..]);

    /// <summary>Quote of the profit calculation.</summary>
    public UInt128 CalcPnlY => BinaryPrimitives.ReadUInt128LittleEndian(_bytes[57..]);

    /// <summary>Base that went out.</summary>
    public ulong OutCoin => U64(73);

    /// <summary>Quote that went out.</summary>
    public ulong OutPc => U64(81);

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[offset..]);
}
