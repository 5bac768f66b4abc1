using System.Diagnostics;

namespace LowLatency.Positions;

/// <summary>The accounts every lamport moves between.</summary>
public enum Account : byte
{
    /// <summary>Where the opening balance came from (negative by that amount, for good).</summary>
    Capital,

    /// <summary>Free cash; never negative.</summary>
    Cash,

    /// <summary>Reserved for buys that are under way.</summary>
    InFlight,

    /// <summary>What open positions cost.</summary>
    PositionCost,

    /// <summary>Rent locked in token accounts.</summary>
    Rent,

    /// <summary>Base fees paid.</summary>
    BaseFees,

    /// <summary>Priority fees paid.</summary>
    PriorityFees,

    /// <summary>Tips paid.</summary>
    Tips,

    /// <summary>Losses less gains of closed positions before fees (positive = lost).</summary>
    TradingLoss,
}

/// <summary>Double entry in lamports: every movement debits one account and credits another, so the sum over all is always zero. One writer.</summary>
public sealed class Ledger
{
    private const int Accounts = (int)Account.TradingLoss + 1;

    private readonly long[] _balances = new long[Accounts];

    /// <summary>Opens the books with <paramref name="openingLamports"/> of cash.</summary>
    public Ledger(long openingLamports) => Move(Account.Capital, Account.Cash, openingLamports);

    /// <summary>Balance of <paramref name="account"/>.</summary>
    public long this[Account account] => _balances[(int)account];

    /// <summary>Network fees and tips paid so far.</summary>
    public long Fees => this[Account.BaseFees] + this[Account.PriorityFees] + this[Account.Tips];

    /// <summary>Realised PnL after fees.</summary>
    public long Realised => -this[Account.TradingLoss] - Fees;

    /// <summary>Whether the books are in order: sum zero, nothing negative that must not be.</summary>
    public bool Verify()
    {
        long sum = 0;
        foreach (long balance in _balances)
        {
            sum += balance;
        }

        return sum == 0 && this[Account.Cash] >= 0 && this[Account.InFlight] >= 0
            && this[Account.PositionCost] >= 0 && this[Account.Rent] >= 0;
    }

    /// <summary>Moves <paramref name="lamports"/> (not negative) from one account to another.</summary>
    public void Move(Account from, Account to, long lamports)
    {
        Debug.Assert(lamports >= 0, "a movement is never negative");
        _balances[(int)from] -= lamports;
        _balances[(int)to] += lamports;
        Debug.Assert(Verify(), "the books are in order after every movement");
    }
}
