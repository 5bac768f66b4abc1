using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Wire;
using LowLatency.Storage;

namespace LowLatency.Simulation.Solana;

/// <summary>
/// A Solana RPC PubSub node as one client hears it. Time is cut into slots of 400 ms of event time. A row writes its pool's
/// account and both vaults, changed or not, and logs what is exactly one swap or withdrawal since the pool's last row.
/// A slot is announced when it begins; its accounts come in one burst when it ends, each once, in a seeded order.
/// </summary>
internal sealed class SolanaNode(GatewayOptions options, GatewayFaults faults, FaultCounts counts, SeededRandom random) : IConversation
{
    /// <summary>Length of a slot.</summary>
    public const long SlotMs = 400;

    /// <summary>The slot of the first row.</summary>
    public const ulong FirstSlot = 345_800_000;

    private readonly Subscriptions _subscriptions = new(new SeededRandom(random.NextBits()));
    private readonly SlotContent _content = new(faults);
    private readonly SeededRandom _order = new(random.NextBits());
    private SlotWriter? _writer;
    private RpcRequests? _requests;
    private List<Unit> _previous = [];
    private ulong _previousSlot;
    private long _fullSlots;

    public TimeSpan BeatEvery => Timeout.InfiniteTimeSpan;

    public bool HasBegun => _subscriptions.Made >= options.StartAfterSubscriptions;

    public void Open(Outbox answers)
    {
    }

    public bool Hear(ReadOnlySpan<byte> message, Outbox answers)
    {
        _requests ??= new RpcRequests(_subscriptions);
        _requests.Answer(message, answers);
        return true;
    }

    public bool Beat(Outbox answers) => true;

    public IEnumerable<long> Tell(IEnumerable<RecordedRow> rows, Outbox outbox)
    {
        _writer = new SlotWriter(_subscriptions, faults, counts, outbox);
        ulong slot = FirstSlot;
        long endMs = long.MinValue;
        foreach (RecordedRow row in rows)
        {
            if (endMs == long.MinValue)
            {
                yield return row.TimestampMs;
                endMs = row.TimestampMs + SlotMs;
                _writer.Announce(slot);
            }

            // A row that is late is told in the slot that is open.
            while (row.TimestampMs >= endMs)
            {
                yield return endMs;
                EndSlot(slot);
                endMs += SlotMs;
                _writer.Announce(++slot);
            }

            _content.Take(row, slot);
        }

        if (endMs != long.MinValue)
        {
            yield return endMs;
            EndSlot(slot);
        }
    }

    public void Dispose()
    {
    }

    private void EndSlot(ulong slot)
    {
        List<Unit> units = _content.Drain(slot);
        if (units.Count == 0)
        {
            return;
        }

        _fullSlots++;
        CloseOne(units);
        Shuffle(units);
        _writer!.Write(slot, units);
        units.RemoveAll(static unit => unit.Kind is UnitKind.Swap or UnitKind.FailedSwap || unit.Pool.IsClosed);
        if (faults.ForkEverySlots > 0 && _fullSlots % faults.ForkEverySlots == 0 && _previous.Count > 0)
        {
            Shuffle(_previous);
            if (_writer.Write(_previousSlot, _previous) > 0)
            {
                counts.Add(GatewayFault.Fork);
            }
        }

        _previous = units;
        _previousSlot = slot;
    }

    // Only a pool with a vault that is listened to: an unseen fault is none.
    private void CloseOne(List<Unit> units)
    {
        if (faults.CloseVaultEverySlots == 0 || _fullSlots % faults.CloseVaultEverySlots != 0)
        {
            return;
        }

        TrackedPool[] heard = [.. units.Select(static u => u.Pool).Distinct().Where(_writer!.HearsVaultOf)];
        if (heard.Length > 0)
        {
            heard[_order.Between(0, heard.Length - 1)].IsClosed = true;
            counts.Add(GatewayFault.ClosedVault);
        }
    }

    // Fisher-Yates over everything; then the transactions are put back into their order in the places they got.
    private void Shuffle(List<Unit> units)
    {
        for (int i = units.Count - 1; i > 0; i--)
        {
            int other = _order.Between(0, i);
            (units[i], units[other]) = (units[other], units[i]);
        }

        int[] places = [.. Enumerable.Range(0, units.Count).Where(i => units[i].Ordinal >= 0)];
        Unit[] logs = [.. places.Select(i => units[i]).OrderBy(static unit => unit.Ordinal)];
        for (int i = 0; i < places.Length; i++)
        {
            units[places[i]] = logs[i];
        }
    }
}
