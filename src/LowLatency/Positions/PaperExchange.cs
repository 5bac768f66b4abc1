namespace LowLatency.Positions;

/// <summary>How paper orders meet the market: integer quotes, minimum-out, and the draw whether a transaction lands. Pure functions.</summary>
internal static class PaperExchange
{
    /// <summary>More than all SOL there is. A pool that claims more is not traded, which keeps every sum far inside 64 bits.</summary>
    public const ulong MaxPoolLamports = 600_000_000UL * Lamports.PerSol;

    public static bool IsTradable(ulong baseAtoms, ulong quoteLamports) =>
        baseAtoms > 0 && quoteLamports is > 0 and <= MaxPoolLamports;

    /// <summary>Token atoms for lamports.</summary>
    public static ulong Buy(ulong lamports, ulong baseAtoms, ulong quoteLamports) =>
        ConstantProduct.AmountOut(lamports, quoteLamports, baseAtoms);

    /// <summary>Lamports for token atoms.</summary>
    public static ulong Sell(ulong tokens, ulong baseAtoms, ulong quoteLamports) =>
        ConstantProduct.AmountOut(tokens, baseAtoms, quoteLamports);

    /// <summary>
    /// Lamports for token atoms if our buy were still in the pool: it holds our lamports and lacks our tokens. Where the
    /// recorded reserves leave no room for that, they have forgotten us for certain, and the plain quote is the answer.
    /// </summary>
    public static ulong SellWithOurEffect(ulong tokens, ulong baseAtoms, ulong quoteLamports, ulong ourLamports) =>
        tokens < baseAtoms
            ? Sell(tokens, baseAtoms - tokens, quoteLamports + ourLamports)
            : Sell(tokens, baseAtoms, quoteLamports);

    /// <summary>The least that is accepted under a tolerance in hundredths of a percent; rounded down.</summary>
    public static ulong MinimumOut(ulong quoted, int toleranceBps) =>
        (ulong)((UInt128)quoted * (uint)(10_000 - Math.Min(toleranceBps, 10_000)) / 10_000);

    /// <summary>Whether the order's transaction lands: a function of seed and order id alone (SplitMix64's finaliser).</summary>
    public static bool Lands(ulong seed, long orderId, double failureProbability) =>
        Uniform(seed, orderId) >= failureProbability;

    private static double Uniform(ulong seed, long orderId)
    {
        ulong z = seed + ((ulong)orderId * 0x9E37_79B9_7F4A_7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EBUL;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}
