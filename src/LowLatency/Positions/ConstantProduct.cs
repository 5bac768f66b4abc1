namespace LowLatency.Positions;

/// <summary>Raydium's swap in exact integers (market.md 4), in 128 bits: what a pool's own arithmetic gives for the same reserves.</summary>
public static class ConstantProduct
{
    /// <summary>Swap fee: this many of <see cref="FeeDenominator"/>.</summary>
    public const ulong FeeNumerator = 25;

    /// <summary>See <see cref="FeeNumerator"/>.</summary>
    public const ulong FeeDenominator = 10_000;

    /// <summary>Atoms of the input that stay in the pool as its fee.</summary>
    public static ulong Fee(ulong amountIn) => (ulong)DivideUp((UInt128)amountIn * FeeNumerator, FeeDenominator);

    /// <summary>Atoms that come out for atoms put in; 0 where a reserve is empty.</summary>
    public static ulong AmountOut(ulong amountIn, ulong reserveIn, ulong reserveOut)
    {
        UInt128 net = amountIn - Fee(amountIn);
        return reserveIn == 0 ? 0 : (ulong)(reserveOut * net / (reserveIn + net));
    }

    /// <summary>
    /// Atoms that must be put in, fee and all, for atoms that are to come out; false where the pool does not hold that many, or
    /// no 64 bits do.
    /// </summary>
    public static bool TryAmountIn(ulong amountOut, ulong reserveIn, ulong reserveOut, out ulong amountIn)
    {
        amountIn = 0;
        if (amountOut >= reserveOut)
        {
            return false;
        }

        UInt128 net = DivideUp((UInt128)reserveIn * amountOut, reserveOut - amountOut);
        UInt128 gross = net > ulong.MaxValue ? UInt128.MaxValue : DivideUp(net * FeeDenominator, FeeDenominator - FeeNumerator);
        amountIn = (ulong)UInt128.Min(gross, ulong.MaxValue);
        return gross <= ulong.MaxValue;
    }

    // The program's own rounding: up, except that what is less than half of one is nothing. An input below 200 atoms pays no fee.
    private static UInt128 DivideUp(UInt128 dividend, UInt128 divisor) =>
        dividend < divisor ? (dividend << 1 >= divisor ? UInt128.One : UInt128.Zero) : ((dividend - 1) / divisor) + 1;
}
