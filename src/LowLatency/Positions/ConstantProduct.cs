namespace LowLatency.Positions;

/// <summary>Raydium's exact swap arithmetic, in atoms (market.md, section 4). True for every recorded swap.</summary>
public static class ConstantProduct
{
    /// <summary>Swap fee of AMM v4: 25 / 10,000 of the input, rounded up. It stays in the pool.</summary>
    public const ulong FeeNumerator = 25;

    /// <summary>Denominator of <see cref="FeeNumerator"/>.</summary>
    public const ulong FeeDenominator = 10_000;

    /// <summary>
    /// What <paramref name="amountIn"/> buys, rounded down; 0 where a reserve or the amount is 0.
    /// <paramref name="fee"/> is the part of the input that is the fee.
    /// </summary>
    public static ulong SwapExactIn(ulong reserveIn, ulong reserveOut, ulong amountIn, out ulong fee)
    {
        fee = 0;
        if (reserveIn == 0 || reserveOut == 0 || amountIn == 0)
        {
            return 0;
        }

        fee = (ulong)((((UInt128)amountIn * FeeNumerator) + FeeDenominator - 1) / FeeDenominator);
        UInt128 taken = amountIn - fee;
        return (ulong)(reserveOut * taken / (reserveIn + taken));
    }
}
