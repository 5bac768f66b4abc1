namespace LowLatency.Feed.Solana;

/// <summary>
/// Requests on their way to a node and the subscriptions they became. At most so many wait for an answer at a time; the rest
/// waits here, in order. Owned by the session.
/// </summary>
internal sealed class SolanaRequests(int maxInFlight)
{
    private readonly Queue<SolanaRequest> _waiting = new();
    private readonly Dictionary<ulong, SolanaRequest> _inFlight = new(maxInFlight);
    private readonly Dictionary<ulong, SolanaRequest> _subscriptions = [];
    private ulong _lastId;

    /// <summary>Requests not yet answered, sent or not.</summary>
    public int Open => _waiting.Count + _inFlight.Count;

    /// <summary>Subscriptions that are confirmed and not ended.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>Requests not yet sent.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>A new connection begins: nothing is subscribed and nothing is under way. Numbers go on, so that no late answer is mistaken.</summary>
    public void Clear()
    {
        _waiting.Clear();
        _inFlight.Clear();
        _subscriptions.Clear();
    }

    /// <summary>Throws away what waits and is not wanted any more; the rest stays in order.</summary>
    public void KeepWaiting(Predicate<SolanaRequest> isWanted)
    {
        for (int left = _waiting.Count; left > 0; left--)
        {
            SolanaRequest request = _waiting.Dequeue();
            if (isWanted(request))
            {
                _waiting.Enqueue(request);
            }
        }
    }

    public void Add(SolanaRequest request) => _waiting.Enqueue(request);

    /// <summary>The next request that may be sent now.</summary>
    public bool TryNext(out ulong id, out SolanaRequest request)
    {
        id = 0;
        request = default;
        if (_inFlight.Count >= maxInFlight || !_waiting.TryDequeue(out request))
        {
            return false;
        }

        id = ++_lastId;
        _inFlight.Add(id, request);
        return true;
    }

    /// <summary>What the answer is to.</summary>
    public bool TryAnswer(ulong id, out SolanaRequest request) => _inFlight.Remove(id, out request);

    public void Subscribed(ulong subscription, SolanaRequest request) => _subscriptions[subscription] = request;

    public void Ended(ulong subscription) => _subscriptions.Remove(subscription);

    /// <summary>What the notification of a subscription is about.</summary>
    public bool TryFind(ulong subscription, out SolanaRequest request) => _subscriptions.TryGetValue(subscription, out request);
}
