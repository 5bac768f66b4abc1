using System.Diagnostics;

namespace LowLatency.Positions;

/// <summary>Where lamports can be. The balances of all accounts sum to zero.</summary>
public enum LedgerAccount : byte
{
    /// <summary>The opening capital, as a negative balance: the source of everything.</summary>
    Capital,

    /// <summary>Free money.</summary>
    Cash,

    /// <summary>Reserved for pending entries: size, worst-case fees and rent.</summary>
    InFlight,

    /// <summary>What open positions were bought for.</summary>
    PositionCost,

    /// <summary>Rent locked in the token accounts of open positions.</summary>
    Rent,

    /// <summary>Network base fees paid.</summary>
    NetworkFees,

    /// <summary>Priority fees paid.</summary>
    PriorityFees,

    /// <summary>Tips paid.</summary>
    Tips,

    /// <summary>Proceeds less cost of closed positions, before fees; a gain is a negative balance.</summary>
    Realised,
}

/// <summary>
/// Double-entry book in lamports. Money only moves between accounts, so that the sum is zero by construction; what can go
/// wrong is an account below zero, which Debug builds refuse with an exception and <see cref="Verify"/> finds in any build.
/// One thread; no allocation after construction.
/// </summary>
public sealed class Ledger
{
    /// <summary>Number of accounts.</summary>
    public const int AccountCount = (int)LedgerAccount.Realised + 1;

    private readonly long[] _balances = new long[AccountCount];

    /// <summary>Opens the book with this much cash.</summary>
    public Ledger(long openingLamports)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(openingLamports);
        Move(LedgerAccount.Capital, LedgerAccount.Cash, openingLamports);
    }

    /// <summary>Balance of an account, lamports.</summary>
    public long this[LedgerAccount account] => _balances[(int)account];

    /// <summary>All fees paid, lamports.</summary>
    public long Fees => this[LedgerAccount.NetworkFees] + this[LedgerAccount.PriorityFees] + this[LedgerAccount.Tips];

    /// <summary>Profit of closed positions less ALL fees paid so far (also of failed and of open trades), lamports.</summary>
    public long RealisedAfterFees => -this[LedgerAccount.Realised] - Fees;

    /// <summary>Moves lamports, not negative, from one account to another.</summary>
    public void Move(LedgerAccount from, LedgerAccount to, long lamports)
    {
        _balances[(int)from] -= lamports;
        _balances[(int)to] += lamports;
        ThrowIfBroken(lamports);
    }

    /// <summary>The first broken invariant in words, or null where the book is sound.</summary>
    public string? Verify()
    {
        long sum = 0;
        foreach (long balance in _balances)
        {
            sum += balance;
        }

        return sum != 0 ? "the accounts do not sum to zero"
            : this[LedgerAccount.Cash] < 0 ? "cash is negative"
            : this[LedgerAccount.InFlight] < 0 ? "in-flight money is negative"
            : this[LedgerAccount.PositionCost] < 0 ? "the cost of positions is negative"
            : this[LedgerAccount.Rent] < 0 ? "locked rent is negative"
            : this[LedgerAccount.NetworkFees] < 0 || this[LedgerAccount.PriorityFees] < 0 || this[LedgerAccount.Tips] < 0
                ? "fees paid are negative"
            : null;
    }

    [Conditional("DEBUG")]
    private void ThrowIfBroken(long moved)
    {
        if (moved < 0)
        {
            throw new InvalidOperationException($"Ledger: a move of {moved} lamports.");
        }

        if (Verify() is { } broken)
        {
            throw new InvalidOperationException($"Ledger: {broken}.");
        }
    }
}
