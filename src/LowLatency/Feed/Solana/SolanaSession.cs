using System.Text;
using LowLatency.Pools;

namespace LowLatency.Feed.Solana;

/// <summary>
/// What is asked of a Solana node and what its notifications mean: pools are discovered by their programs' accounts, the
/// vaults of those with a SOL side are subscribed, and their amounts joined by slot into observations. Owned by the feed's
/// one logical thread. Allocates where a pool is watched for the first time, never for a notification.
/// </summary>
/// <remarks>
/// A pool with one vault told of in the current slot waits for the other one. The first message of a later slot says that
/// the other vault did not change. An earlier slot comes after a fork: what it tells replaces what was told.
/// </remarks>
public sealed class SolanaSession
{
    private const int TradingStatus = 6;
    private const int WaitingStatus = 7;

    // Farther back than a fork or a finalized notification goes (27 minutes): one of the two slots was never one.
    private const ulong MaxSlotsBack = 4_096;

    // Slots, both programs; and of each pool its vaults and its logs.
    private const int RequestsOfNode = 3;
    private const int RequestsOfPool = 3;

    private static readonly PublicKey SolMint = Key(PoolTable.SolMint);

    private readonly SolanaOptions _options;
    private readonly SolanaCounters _counters;
    private readonly WatchList _pools;
    private readonly SolanaRequests _requests;
    private readonly int[] _pending;
    private readonly Predicate<SolanaRequest> _isWanted;
    private readonly int _mostWaiting;
    private readonly byte[] _request = new byte[SolanaRequest.MaxBytes];
    private readonly IObservations _observations;
    private int _pendingCount;
    private ulong _slot;

    /// <summary>Creates a session that knows no pool yet.</summary>
    public SolanaSession(SolanaOptions options, IObservations observations, SolanaCounters counters)
    {
        options.Validate();
        _options = options;
        _observations = observations;
        _counters = counters;
        _pools = new WatchList(options.MaxWatchedPools);
        _requests = new SolanaRequests(options.MaxRequestsInFlight);
        _pending = new int[options.MaxWatchedPools];
        _isWanted = request => !request.IsOfPool || _pools[request.Place].Generation == request.Generation;
        _mostWaiting = 2 * (RequestsOfNode + (RequestsOfPool * options.MaxWatchedPools));
    }

    /// <summary>Requests that are not answered yet, sent or not.</summary>
    internal int OpenRequests => _requests.Open;

    /// <summary>Subscriptions that are confirmed and not ended.</summary>
    internal int Subscriptions => _requests.Subscriptions;

    /// <summary>Takes what a session has observed.</summary>
    public interface IObservations
    {
        /// <summary>
        /// A pool's state after <see cref="PoolSnapshot.Slot"/>, or within it where it follows from a swap's log; without a
        /// time, which no node tells. A pool that is gone has status 0 and no reserves.
        /// </summary>
        void Publish(ref PoolSnapshot snapshot);
    }

    /// <summary>A connection is open: everything is asked for anew, the vaults of the watched pools among it.</summary>
    public void OnConnected(IFeedSender sender)
    {
        _requests.Clear();
        ForgetPending();
        _slot = 0;
        _requests.Add(new SolanaRequest(RequestKind.Slots));
        _requests.Add(new SolanaRequest(RequestKind.AmmV4));
        _requests.Add(new SolanaRequest(RequestKind.Cpmm));
        for (int place = _pools.Oldest; place >= 0; place = _pools.Newer(place))
        {
            _pools[place].Forget();
            Subscribe(place);
        }

        Send(sender);
    }

    /// <summary>Sends what may be sent. To be called after each batch of messages.</summary>
    public void Send(IFeedSender sender)
    {
        while (_requests.TryNext(out ulong id, out SolanaRequest request))
        {
            WatchedPool? pool = request.IsOfPool ? _pools[request.Place] : null;
            if (pool is not null && pool.Generation != request.Generation)
            {
                // Evicted while the request waited for its turn.
                _requests.TryAnswer(id, out _);
                continue;
            }

            PublicKey account = request.Kind switch
            {
                RequestKind.BaseVault => pool!.State.BaseVault,
                RequestKind.QuoteVault => pool!.State.QuoteVault,
                RequestKind.Logs => pool!.Account,
                _ => default,
            };
            sender.SendText(_request.AsSpan(0, request.Write(_request, id, account, _options.Commitment)));
        }
    }

    /// <summary>The node has accepted a request. An end is answered with true, which names no subscription.</summary>
    public RejectReason OnAck(ulong id, ulong? subscription)
    {
        if (!_requests.TryAnswer(id, out SolanaRequest request))
        {
            return RejectReason.UnknownRequest;
        }

        if (request.Kind >= RequestKind.AccountEnd)
        {
            _requests.Ended(request.Subscription);
        }
        else if (subscription is { } number)
        {
            _requests.Subscribed(number, request);
            if (request.IsOfPool && _pools[request.Place].Generation == request.Generation)
            {
                _pools[request.Place].Subscriptions[(int)request.Kind] = number;
            }
            else if (request.IsOfPool)
            {
                // The pool made room for another one meanwhile.
                End(request.Kind, number);
            }
        }

        return RejectReason.None;
    }

    /// <summary>The node has refused a request. Without its vaults a pool is not watched any more.</summary>
    public RejectReason OnRefused(ulong id)
    {
        _counters.CountRefused();
        if (!_requests.TryAnswer(id, out SolanaRequest request))
        {
            return RejectReason.UnknownRequest;
        }

        if (request.Kind >= RequestKind.AccountEnd)
        {
            // There is nothing to end.
            _requests.Ended(request.Subscription);
        }
        else if (request.Kind <= RequestKind.QuoteVault && _pools[request.Place].Generation == request.Generation)
        {
            Unwatch(request.Place);
        }

        return RejectReason.None;
    }

    /// <summary>The node has come to a slot.</summary>
    public void OnSlot(ulong slot) => Advance(slot);

    /// <summary>A pool's account has changed, or is told for the first time.</summary>
    public RejectReason OnPool(PublicKey account, in PoolAccount state, ulong slot)
    {
        Advance(slot);
        if (!_pools.TryFind(account, out int place))
        {
            return TryWatch(account, state, slot);
        }

        Heard(place, slot);
        WatchedPool pool = _pools[place];
        if (pool.State != state)
        {
            // What belongs to the pool, or what may be done with it, has changed although the vaults may stay.
            pool.State = state;
            Suspend(place);
        }

        return RejectReason.None;
    }

    /// <summary>A pool's account is gone.</summary>
    public RejectReason OnPoolClosed(PublicKey account, ulong slot)
    {
        Advance(slot);
        if (!_pools.TryFind(account, out int place))
        {
            return RejectReason.UnknownPool;
        }

        Close(place, slot);
        return RejectReason.None;
    }

    /// <summary>A vault has changed, or was closed.</summary>
    /// <param name="subscription">The subscription that tells it.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="amount">Atoms in it; null where the account is gone.</param>
    public RejectReason OnVault(ulong subscription, ulong slot, ulong? amount)
    {
        Advance(slot);
        if (!TryFind(subscription, out SolanaRequest request) || request.Kind > RequestKind.QuoteVault)
        {
            return RejectReason.UnknownSubscription;
        }

        WatchedPool pool = _pools[request.Place];
        if (amount is not { } atoms)
        {
            Close(request.Place, slot);
            return RejectReason.None;
        }

        VaultNews news = pool.Vaults.Take(request.Kind == RequestKind.BaseVault, slot, atoms);
        if (news == VaultNews.Repeated)
        {
            _counters.CountRepeated();
            return RejectReason.None;
        }

        if (news == VaultNews.Regressed)
        {
            _counters.CountSlotRegression();
        }

        Heard(request.Place, slot);
        if (pool.Vaults.IsJoined)
        {
            pool.IsPending = false;
            _counters.CountJoined();
            Publish(pool);
        }
        else
        {
            Suspend(request.Place);
        }

        return RejectReason.None;
    }

    /// <summary>A swap, deposit or withdrawal of a watched pool: its reserves afterwards follow from the log alone.</summary>
    public RejectReason OnReserves(ulong subscription, ulong slot, PoolReserves after)
    {
        Advance(slot);
        if (!TryFind(subscription, out SolanaRequest request) || request.Kind != RequestKind.Logs)
        {
            return RejectReason.UnknownSubscription;
        }

        Heard(request.Place, slot);
        Publish(_pools[request.Place], after.Base, after.Quote, slot);
        return RejectReason.None;
    }

    private static PublicKey Key(ReadOnlySpan<byte> base58) =>
        PublicKey.TryParse(base58, out PublicKey key) ? key : throw new FormatException("a key of 32 bytes is expected");

    private static byte[] Text(PublicKey key) => Encoding.ASCII.GetBytes(key.ToString());

    private bool TryFind(ulong subscription, out SolanaRequest request) => _requests.TryFind(subscription, out request)
        && (!request.IsOfPool || _pools[request.Place].Generation == request.Generation);

    private RejectReason TryWatch(PublicKey account, in PoolAccount state, ulong slot)
    {
        if (state.Status is not (TradingStatus or WaitingStatus))
        {
            return RejectReason.PoolNotTrading;
        }

        if (state.BaseMint == SolMint == (state.QuoteMint == SolMint))
        {
            return RejectReason.NotASolPool;
        }

        if (_pools.IsFull)
        {
            int oldest = _pools.Oldest;
            ulong heard = _pools[oldest].LastSlot;
            if (IsBefore(slot, heard) || (slot >= heard && slot - heard < (ulong)_options.EvictableAfterSlots))
            {
                return RejectReason.WatchListFull;
            }

            _counters.CountEvicted();
            Unwatch(oldest);
        }

        int place = _pools.Add(account);
        WatchedPool pool = _pools[place];
        pool.State = state;
        pool.LastSlot = slot;
        pool.AccountText = Text(account);
        pool.BaseMintText = Text(state.BaseMint);
        pool.QuoteMintText = Text(state.QuoteMint);
        _counters.SetWatched(_pools.Count);
        Subscribe(place);
        return RejectReason.None;
    }

    private void Close(int place, ulong slot)
    {
        _counters.CountClosed();
        _pools[place].State = _pools[place].State with { Status = 0 };
        Publish(_pools[place], 0, 0, slot);
        Unwatch(place);
    }

    private void Unwatch(int place)
    {
        WatchedPool pool = _pools[place];
        for (RequestKind kind = RequestKind.BaseVault; kind <= RequestKind.Logs; kind++)
        {
            if (pool.Subscriptions[(int)kind] is not WatchedPool.None and var subscription)
            {
                End(kind, subscription);
            }
        }

        pool.IsPending = false;
        _pools.Remove(place);
        _counters.SetWatched(_pools.Count);
    }

    // A node that does not answer makes nothing wait that is not wanted any more: what waits is bounded by what is watched.
    private void Subscribe(int place)
    {
        if (_requests.Waiting >= _mostWaiting)
        {
            _requests.KeepWaiting(_isWanted);
        }

        uint generation = _pools[place].Generation;
        _requests.Add(new SolanaRequest(RequestKind.BaseVault, place, generation));
        _requests.Add(new SolanaRequest(RequestKind.QuoteVault, place, generation));
        if (_options.RayLogs)
        {
            _requests.Add(new SolanaRequest(RequestKind.Logs, place, generation));
        }
    }

    private void End(RequestKind kind, ulong subscription) =>
        _requests.Add(new SolanaRequest(kind == RequestKind.Logs ? RequestKind.LogsEnd : RequestKind.AccountEnd, Subscription: subscription));

    private void Heard(int place, ulong slot)
    {
        _pools[place].LastSlot = IsBefore(slot, _pools[place].LastSlot) ? _pools[place].LastSlot : slot;
        _pools.Touch(place);
    }

    // A slot that no fork explains is not before the other one: it is the one to believe, or a single wrong one would be the last.
    private static bool IsBefore(ulong slot, ulong other) => slot < other && other - slot <= MaxSlotsBack;

    private void Advance(ulong slot)
    {
        if (slot == _slot || IsBefore(slot, _slot))
        {
            return;
        }

        _slot = slot;
        for (int i = 0; i < _pendingCount; i++)
        {
            WatchedPool pool = _pools[_pending[i]];
            if (pool.IsPending && pool.Vaults.IsKnown)
            {
                _counters.CountHalf();
                Publish(pool);
            }
        }

        ForgetPending();
    }

    // A place that was listed may be free by now.
    private void ForgetPending()
    {
        for (int i = 0; i < _pendingCount; i++)
        {
            _pools[_pending[i]].IsPending = false;
            _pools[_pending[i]].IsListed = false;
        }

        _pendingCount = 0;
    }

    // At most once in the list, however often it is joined and suspended again within a slot, or given to another pool.
    private void Suspend(int place)
    {
        WatchedPool pool = _pools[place];
        pool.IsPending = true;
        if (!pool.IsListed)
        {
            pool.IsListed = true;
            _pending[_pendingCount++] = place;
        }
    }

    private void Publish(WatchedPool pool)
    {
        PoolSnapshot snapshot = pool.ToSnapshot();
        _observations.Publish(ref snapshot);
    }

    private void Publish(WatchedPool pool, ulong baseAtoms, ulong quoteAtoms, ulong slot)
    {
        PoolSnapshot snapshot = pool.ToSnapshot(baseAtoms, quoteAtoms, slot);
        _observations.Publish(ref snapshot);
    }
}
