using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Simulation.Solana;

/// <summary>What a unit of a slot is told by.</summary>
internal enum UnitKind : byte
{
    Pool,
    CoinVault,
    PcVault,
    Swap,
    FailedSwap,
}

/// <summary>One account or transaction of a slot, with the reserves it leaves. Transactions have an ordinal, accounts -1.</summary>
internal readonly record struct Unit(TrackedPool Pool, UnitKind Kind, ulong Coin, ulong Pc, RayLog Log = default, int Ordinal = -1);

/// <summary>A pool and what was last seen of it.</summary>
internal sealed class TrackedPool(SolanaPool accounts)
{
    public SolanaPool Accounts { get; } = accounts;

    public ulong Coin { get; set; }

    public ulong Pc { get; set; }

    public ulong LastSlot { get; set; }

    public bool IsClosed { get; set; }
}

/// <summary>Gathers rows into the accounts and transactions of a slot.</summary>
internal sealed class SlotContent(GatewayFaults faults)
{
    private const ulong ForgetAfterSlots = 1_500;

    private readonly Dictionary<string, TrackedPool> _pools = new(StringComparer.Ordinal);
    private readonly HashSet<TrackedPool> _touched = [];
    private readonly List<Unit> _logs = [];
    private long _swaps;

    /// <summary>Takes a row into the open slot. Rows without mints, decimals or reserves have no accounts.</summary>
    public void Take(in RecordedRow row, ulong slot)
    {
        if (!SolanaPool.TryReserves(row, out ulong coin, out ulong pc))
        {
            return;
        }

        bool known = _pools.TryGetValue(row.PoolId, out TrackedPool? pool);
        if (!known)
        {
            pool = new TrackedPool(new SolanaPool(row.Pool!));
            _pools.Add(row.PoolId, pool);
        }

        if (pool!.IsClosed)
        {
            return;
        }

        if (known && RayLog.Between((pool.Coin, pool.Pc), (coin, pc)) is { } log)
        {
            if (log.IsSwap && faults.FailEverySwaps > 0 && ++_swaps % faults.FailEverySwaps == 0)
            {
                _logs.Add(new Unit(pool, UnitKind.FailedSwap, coin, pc, log.Attempt(), _logs.Count));
            }

            _logs.Add(new Unit(pool, UnitKind.Swap, coin, pc, log, _logs.Count));
        }

        (pool.Coin, pool.Pc, pool.LastSlot) = (coin, pc, slot);
        _touched.Add(pool);
    }

    /// <summary>Ends the slot: each account once, with what the last row left, then the transactions.</summary>
    public List<Unit> Drain(ulong slot)
    {
        List<Unit> units = new((_touched.Count * 3) + _logs.Count);
        foreach (TrackedPool pool in _touched)
        {
            units.Add(new Unit(pool, UnitKind.Pool, pool.Coin, pool.Pc));
            units.Add(new Unit(pool, UnitKind.CoinVault, pool.Coin, pool.Pc));
            units.Add(new Unit(pool, UnitKind.PcVault, pool.Coin, pool.Pc));
        }

        units.AddRange(_logs);
        _touched.Clear();
        _logs.Clear();
        if (slot % ForgetAfterSlots == 0)
        {
            foreach ((string id, TrackedPool pool) in _pools)
            {
                if (!pool.IsClosed && pool.LastSlot + ForgetAfterSlots < slot)
                {
                    _pools.Remove(id);
                }
            }
        }

        return units;
    }
}
