namespace LowLatency.Simulation.Solana;

/// <summary>What a subscription is to.</summary>
internal enum Topic : byte
{
    Program,
    Account,
    Logs,
    Slot,
}

/// <summary>One subscription; <paramref name="Filters"/> must all hold for a program's account.</summary>
internal sealed record Subscription(ulong Id, Topic Topic, string Key, IReadOnlyList<Func<ReadOnlyMemory<byte>, bool>> Filters)
{
    /// <summary>Whether an account's data is asked for.</summary>
    public bool Wants(ReadOnlyMemory<byte> account)
    {
        foreach (Func<ReadOnlyMemory<byte>, bool> filter in Filters)
        {
            if (!filter(account))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A client's subscriptions by what they are to. Ids are beyond 2^51 and below 2^53, as some providers' are.</summary>
internal sealed class Subscriptions(SeededRandom random)
{
    /// <summary>The key of a subscription to everything of its topic.</summary>
    public const string Everything = "";

    private const ulong LeastId = 1UL << 51;
    private const int MaxStep = 1_000;

    private readonly Dictionary<ulong, Subscription> _byId = [];
    private readonly Dictionary<(Topic, string), List<Subscription>> _byKey = [];
    private ulong _lastId = LeastId + (random.NextBits() >> 14);

    /// <summary>Subscriptions made so far.</summary>
    public int Made { get; private set; }

    /// <summary>The subscriptions to a key, in the order of their making.</summary>
    public IReadOnlyList<Subscription> To(Topic topic, string key) => _byKey.TryGetValue((topic, key), out List<Subscription>? found) ? found : [];

    /// <summary>Makes one and returns its id.</summary>
    public ulong Add(Topic topic, string key, IReadOnlyList<Func<ReadOnlyMemory<byte>, bool>> filters)
    {
        _lastId += (ulong)random.Between(1, MaxStep);
        Subscription made = new(_lastId, topic, key, filters);
        _byId.Add(made.Id, made);
        if (!_byKey.TryGetValue((topic, key), out List<Subscription>? same))
        {
            _byKey.Add((topic, key), same = []);
        }

        same.Add(made);
        Made++;
        return made.Id;
    }

    /// <summary>Ends one; false where there is none of that topic.</summary>
    public bool Remove(Topic topic, ulong id)
    {
        if (!_byId.TryGetValue(id, out Subscription? found) || found.Topic != topic)
        {
            return false;
        }

        _byId.Remove(id);
        List<Subscription> same = _byKey[(topic, found.Key)];
        same.Remove(found);
        if (same.Count == 0)
        {
            _byKey.Remove((topic, found.Key));
        }

        return true;
    }
}
