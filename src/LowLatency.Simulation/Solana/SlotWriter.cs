using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Wire;

namespace LowLatency.Simulation.Solana;

/// <summary>Writes the units of a slot as notifications to whoever subscribed to them.</summary>
internal sealed class SlotWriter(Subscriptions subscriptions, GatewayFaults faults, FaultCounts counts, Outbox outbox)
{
    private long _notifications;

    /// <summary>Whether a vault of the pool is subscribed to.</summary>
    public bool HearsVaultOf(TrackedPool pool) =>
        subscriptions.To(Topic.Account, pool.Accounts.CoinVault).Count + subscriptions.To(Topic.Account, pool.Accounts.PcVault).Count > 0;

    /// <summary>Says that a slot begins.</summary>
    public void Announce(ulong slot)
    {
        foreach (Subscription subscription in subscriptions.To(Topic.Slot, Subscriptions.Everything))
        {
            Notifications.Slot(outbox.Writer, slot, subscription.Id);
            outbox.End();
        }
    }

    /// <summary>Writes the units in their order; returns how many notifications that were.</summary>
    public int Write(ulong slot, List<Unit> units)
    {
        int before = outbox.Count;
        foreach (Unit unit in units)
        {
            SolanaPool pool = unit.Pool.Accounts;
            switch (unit.Kind)
            {
                case UnitKind.Pool:
                    WritePool(slot, pool);
                    break;
                case UnitKind.CoinVault:
                    WriteVault(slot, unit, pool.CoinVault, pool.Info.TokenAMint, pool.CoinMintKey, unit.Coin + pool.CoinNeedTakePnl);
                    break;
                case UnitKind.PcVault:
                    WriteVault(slot, unit, pool.PcVault, pool.Info.TokenBMint, pool.PcMintKey, unit.Pc + pool.PcNeedTakePnl);
                    break;
                default:
                    WriteLogs(slot, unit);
                    break;
            }
        }

        return outbox.Count - before;
    }

    private void WritePool(ulong slot, SolanaPool pool)
    {
        foreach (Subscription subscription in subscriptions.To(Topic.Program, SolanaPool.AmmProgram))
        {
            if (subscription.Wants(pool.Account))
            {
                Notifications.Program(outbox.Writer, slot, pool, subscription.Id);
                End();
            }
        }

        foreach (Subscription subscription in subscriptions.To(Topic.Account, pool.Address))
        {
            Notifications.PoolAccount(outbox.Writer, slot, pool, subscription.Id);
            End();
        }
    }

    private void WriteVault(ulong slot, in Unit unit, string key, string mint, byte[] mintKey, ulong amount)
    {
        Span<byte> account = stackalloc byte[AmmAccount.VaultBytes];
        foreach (Subscription subscription in subscriptions.To(Topic.Account, key))
        {
            ulong lamports = AmmAccount.WriteVault(account, mint, mintKey, amount);
            bool closed = unit.Pool.IsClosed;
            Notifications.Vault(outbox.Writer, slot, closed ? [] : account, closed ? 0 : lamports, subscription.Id);
            End();
        }
    }

    private void WriteLogs(ulong slot, in Unit unit)
    {
        SolanaPool pool = unit.Pool.Accounts;
        bool failed = unit.Kind == UnitKind.FailedSwap;
        string? text = null;
        foreach (string mentioned in (string[])[pool.Address, pool.CoinVault, pool.PcVault, SolanaPool.AmmProgram, Subscriptions.Everything])
        {
            foreach (Subscription subscription in subscriptions.To(Topic.Logs, mentioned))
            {
                text ??= unit.Log.Text(pool);
                Notifications.Logs(outbox.Writer, slot, pool, text, failed, subscription.Id);
                End();
            }
        }

        if (failed && text is not null)
        {
            counts.Add(GatewayFault.FailedTransaction);
        }
    }

    private void End()
    {
        outbox.End();
        if (faults.DuplicateEvery > 0 && ++_notifications % faults.DuplicateEvery == 0)
        {
            counts.Add(GatewayFault.Duplicate);
            outbox.Repeat();
        }
    }
}
