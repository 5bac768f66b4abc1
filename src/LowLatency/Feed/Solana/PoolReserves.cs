namespace LowLatency.Feed.Solana;

/// <summary>What a pool trades with, in atoms, in the chain's orientation.</summary>
/// <param name="Base">Atoms of the base (coin, A) side.</param>
/// <param name="Quote">Atoms of the quote (pc, B) side.</param>
public readonly record struct PoolReserves(ulong Base, ulong Quote)
{
    /// <summary>
    /// Vault amounts less what is owed from them. A vault that holds less than it owes was not read in the same slot as the
    /// pool, or the pool is broken: never a reserve.
    /// </summary>
    internal static RejectReason TryCreate(ulong baseVault, UInt128 baseOwed, ulong quoteVault, UInt128 quoteOwed, out PoolReserves reserves)
    {
        if (baseOwed > baseVault || quoteOwed > quoteVault)
        {
            reserves = default;
            return RejectReason.VaultBelowDebt;
        }

        reserves = new PoolReserves(baseVault - (ulong)baseOwed, quoteVault - (ulong)quoteOwed);
        return RejectReason.None;
    }
}
