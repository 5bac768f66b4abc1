namespace LowLatency.Positions;

/// <summary>Raydium's swap in exact integers (market.md 4): the fee is rounded up, the output down, in 128 bits.</summary>
public static class ConstantProduct
{
    /// <summary>Swap fee: this many of <see cref="FeeDenominator"/>.</summary>
    public const ulong FeeNumerator = 25;

    /// <summary>See <see cref="FeeNumerator"/>.</summary>
    public const ulong FeeDenominator = 10_000;

    /// <summary>Atoms that come out for atoms put in; 0 where a reserve is empty.</summary>
    public static ulong AmountOut(ulong amountIn, ulong reserveIn, ulong reserveOut)
    {
        UInt128 fee = (((UInt128)amountIn * FeeNumerator) + FeeDenominator - 1) / FeeDenominator;
        UInt128 net = amountIn - fee;
        return reserveIn == 0 ? 0 : (ulong)(reserveOut * net / (reserveIn + net));
    }
}
