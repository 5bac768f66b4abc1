using System.Buffers.Binary;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Solana;
using LowLatency.Storage;

namespace LowLatency.Tests.Simulation;

public sealed class SolanaNotificationTests
{
    private const long SlotMs = 400;
    private const ulong FirstSlot = 345_800_000;

    [Fact]
    public async Task A_seed_gives_the_same_bytes_and_another_seed_another_order()
    {
        (List<Notification> one, _) = await SolanaFixture.ListenAsync(GatewayFaults.None);
        (List<Notification> same, _) = await SolanaFixture.ListenAsync(GatewayFaults.None);
        (List<Notification> other, _) = await SolanaFixture.ListenAsync(GatewayFaults.None, seed: 2);
        Assert.Equal(one.Select(static n => n.Text), same.Select(static n => n.Text));
        Assert.Equal(one.Count, other.Count);
        Assert.NotEqual(one.Select(static n => n.Kind), other.Select(static n => n.Kind));
    }

    [Fact]
    public async Task Each_slot_is_announced_then_told_in_one_burst_with_each_account_once()
    {
        (List<Notification> told, _) = await SolanaFixture.ListenAsync(GatewayFaults.None);
        ulong slot = FirstSlot - 1;
        HashSet<string> accounts = [];
        foreach (Notification one in told)
        {
            if (one.Kind == "slotNotification")
            {
                Assert.Equal(++slot, one.Slot);
                Assert.Equal((slot - 1, slot - 32), (one.Value.GetProperty("parent").GetUInt64(), one.Value.GetProperty("root").GetUInt64()));
                accounts.Clear();
                continue;
            }

            Assert.Equal(slot, one.Slot);
            string account = one.Kind == "programNotification" ? one.Value.GetProperty("pubkey").GetString()! : $"{one.Subscription}";
            Assert.True(one.Kind == "logsNotification" || accounts.Add(account), "an account twice in a slot");
        }

        Assert.Equal((ulong)((SolanaFixture.Rows[^1].TimestampMs - SolanaFixture.Rows[0].TimestampMs) / SlotMs), slot - FirstSlot);
    }

    [Fact]
    public async Task Vaults_hold_the_rows_reserves_in_atoms_and_what_is_owed()
    {
        Dictionary<ulong, string> subscribed = [];
        (List<Notification> told, _) = await SolanaFixture.ListenAsync(GatewayFaults.None, subscribed: subscribed);
        Dictionary<(ulong Slot, string Vault), (ulong Amount, string Mint)> expected = [];
        Dictionary<string, SolanaPool> pools = SolanaFixture.Pools.ToDictionary(static p => p.Info.PoolId);
        foreach (RecordedRow row in SolanaFixture.Rows)
        {
            ulong slot = FirstSlot + (ulong)((row.TimestampMs - SolanaFixture.Rows[0].TimestampMs) / SlotMs);
            SolanaPool pool = pools[row.PoolId];
            Assert.True(SolanaPool.TryReserves(row, out ulong coin, out ulong pc));
            Assert.Equal((row.BaseReserve, row.QuoteReserve), (coin / Math.Pow(10, row.Pool!.DecimalsA), pc / Math.Pow(10, row.Pool.DecimalsB)));
            expected[(slot, pool.CoinVault)] = (coin + pool.CoinNeedTakePnl, row.Pool.TokenAMint);
            expected[(slot, pool.PcVault)] = (pc + pool.PcNeedTakePnl, row.Pool.TokenBMint);
        }

        foreach (Notification one in told.Where(static n => n.Kind == "accountNotification"))
        {
            Assert.Equal(["lamports", "data", "owner", "executable", "rentEpoch", "space"], one.Value.EnumerateObject().Select(static p => p.Name));
            byte[] data = one.Data;
            (ulong amount, string mint) = expected[(one.Slot, subscribed[one.Subscription])];
            expected.Remove((one.Slot, subscribed[one.Subscription]));
            Assert.Equal((165, amount, 1), (data.Length, Number(data, 64), data[108]));
            bool native = mint.StartsWith("So1", StringComparison.Ordinal);
            Assert.Equal(native ? 2_039_280 + amount : 2_039_280, one.Value.GetProperty("lamports").GetUInt64());
            Assert.InRange(one.Text.Length, 490, 525);
        }

        Assert.Empty(expected);
    }

    [Fact]
    public async Task Pool_accounts_have_every_field_and_repeat_byte_for_byte()
    {
        (List<Notification> told, _) = await SolanaFixture.ListenAsync(GatewayFaults.None);
        Dictionary<string, SolanaPool> pools = SolanaFixture.Pools.ToDictionary(static p => p.Address);
        Dictionary<string, byte[]> seen = [];
        foreach (Notification one in told.Where(static n => n.Kind == "programNotification"))
        {
            Assert.Equal(["pubkey", "account"], one.Value.EnumerateObject().Select(static p => p.Name));
            Assert.InRange(one.Text.Length, 1_350, 1_385);
            SolanaPool pool = pools[one.Value.GetProperty("pubkey").GetString()!];
            byte[] data = one.Data;
            Assert.Equal(seen.TryAdd(pool.Address, data) ? data : seen[pool.Address], data);
            Assert.Equal(752, data.Length);
            Assert.Equal((6UL, (ulong)pool.Info.DecimalsA, (ulong)pool.Info.DecimalsB), (Number(data, 0), Number(data, 32), Number(data, 40)));
            Assert.Equal((25UL, 10_000UL), (Number(data, 176), Number(data, 184)));
            Assert.Equal((pool.CoinNeedTakePnl, pool.PcNeedTakePnl), (Number(data, 192), Number(data, 200)));
            Assert.Equal((ulong)pool.Info.PoolOpenTimeS, Number(data, 224));
            Assert.NotEqual(0UL, Number(data, 720));
            foreach (int key in (int[])[336, 368, 400, 432, 464, 528])
            {
                Assert.True(data.AsSpan(key, 32).ContainsAnyExcept((byte)0));
            }
        }

        Assert.Equal(pools.Keys.Order(), seen.Keys.Order());
        Assert.Contains(pools.Values, static p => p.CoinNeedTakePnl > 0);
        Assert.Contains(pools.Values, static p => p.PcNeedTakePnl == 0);
    }

    [Fact]
    public async Task Ray_logs_have_the_reserves_before_the_swap_and_satisfy_its_arithmetic()
    {
        Dictionary<ulong, string> subscribed = [];
        (List<Notification> told, _) = await SolanaFixture.ListenAsync(GatewayFaults.None, subscribed: subscribed);
        Dictionary<string, SolanaPool> pools = SolanaFixture.Pools.ToDictionary(static p => p.Info.PoolId);
        Dictionary<string, (ulong Coin, ulong Pc)> last = [];
        Dictionary<(ulong, string), ((ulong Coin, ulong Pc) Before, (ulong Coin, ulong Pc) After)> changes = [];
        int swapped = 0;
        foreach (RecordedRow row in SolanaFixture.Rows)
        {
            Assert.True(SolanaPool.TryReserves(row, out ulong coin, out ulong pc));
            string address = pools[row.PoolId].Address;
            if (last.TryGetValue(address, out (ulong Coin, ulong Pc) before))
            {
                changes[(FirstSlot + (ulong)((row.TimestampMs - SolanaFixture.Rows[0].TimestampMs) / SlotMs), address)] = (before, (coin, pc));
                swapped += coin > before.Coin != pc > before.Pc ? 1 : 0;
            }

            last[address] = (coin, pc);
        }

        int swaps = 0, withdrawals = 0;
        foreach (Notification one in told.Where(static n => n.Kind == "logsNotification"))
        {
            Assert.Equal(["signature", "err", "logs"], one.Value.EnumerateObject().Select(static p => p.Name));
            ((ulong Coin, ulong Pc) before, (ulong Coin, ulong Pc) after) = changes[(one.Slot, subscribed[one.Subscription])];
            byte[] log = one.RayLog!;
            if (log[0] == 2)
            {
                Assert.Equal((89, before.Coin, before.Pc), (log.Length, Number(log, 17), Number(log, 25)));
                Assert.Equal((before.Coin - after.Coin, before.Pc - after.Pc), (Number(log, 73), Number(log, 81)));
                withdrawals++;
                continue;
            }

            Assert.Equal((57, 3), (log.Length, log[0]));
            Assert.Equal(before, (Number(log, 33), Number(log, 41)));
            bool buys = Number(log, 17) == 1;
            ulong amountIn = Number(log, 1), amountOut = Number(log, 49);
            Assert.Equal(after, buys ? (before.Coin - amountOut, before.Pc + amountIn) : (before.Coin + amountIn, before.Pc - amountOut));
            Assert.Equal(amountOut, buys
                ? ConstantProduct.AmountOut(amountIn, before.Pc, before.Coin)
                : ConstantProduct.AmountOut(amountIn, before.Coin, before.Pc));
            Assert.True(Number(log, 9) <= amountOut);
            swaps++;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{swaps} swap logs for {swapped} rows with one reserve up and one down; {withdrawals} withdrawals");
        Assert.InRange(swaps, swapped * 9 / 10, swapped);
        Assert.True(withdrawals > 0);
    }

    private static ulong Number(byte[] data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(offset));
}
