using LowLatency.Pools;

namespace LowLatency.Features;

/// <summary>How an observation's horizon ended (features.md, section 3).</summary>
public enum LabelStatus : byte
{
    /// <summary>The recording ended first; live: not yet closed.</summary>
    Open,

    /// <summary>Ten later observations were seen.</summary>
    Full,

    /// <summary>Fewer were seen in 15 minutes, although the feed went on.</summary>
    Timeout,

    /// <summary>A gap or a change of decimals cut it: no label.</summary>
    Void,
}

/// <summary>A closed horizon. Gains are relative to the observation; all 0 where nothing followed.</summary>
public struct ClosedHorizon
{
    /// <summary>What the caller named the observation.</summary>
    public long Tag;

    /// <summary>How it ended; only <see cref="LabelStatus.Full"/> and <see cref="LabelStatus.Timeout"/> are labels.</summary>
    public LabelStatus Status;

    /// <summary>max(prices) / price - 1.</summary>
    public double FutureMaxGain;

    /// <summary>min(prices) / price - 1.</summary>
    public double FutureMinGain;

    /// <summary>min(quote reserves) / quote reserve - 1.</summary>
    public double FutureMinQuote;

    /// <summary>Unix milliseconds of the last moment the label depends on.</summary>
    public long EndMs;

    /// <summary>Whether there is a label at all.</summary>
    public readonly bool IsLabelled => Status is LabelStatus.Full or LabelStatus.Timeout;

    /// <summary>The price rose by more than 15 %.</summary>
    public readonly bool WillMoon => FutureMaxGain > 0.15;

    /// <summary>Price or SOL reserve fell by more than half.</summary>
    public readonly bool WillRug => FutureMinGain < -0.5 || FutureMinQuote < -0.5;
}

/// <summary>Takes labels in the order in which their horizons close.</summary>
public interface IHorizonSink
{
    /// <summary>A horizon has closed.</summary>
    void OnClosed(in ClosedHorizon horizon);
}

/// <summary>
/// Follows the horizon of every observation, one rule for recordings and live feeds: a label is committed only when its
/// horizon closes, never early on a hit. Owned by one thread. Memory is bounded by ten horizons a pool; nothing is
/// allocated once the node pool has grown to what the feed needs.
/// </summary>
public sealed class HorizonLabeler
{
    /// <summary>Later observations in a full horizon.</summary>
    public const int HorizonObservations = 10;

    /// <summary>Longest horizon.</summary>
    public const long LabelTimeoutMs = 900_000;

    private const int None = -1;

    private readonly IHorizonSink _sink;
    private readonly int[] _oldestOfPool;
    private readonly int[] _newestOfPool;
    private Node[] _nodes = new Node[1024];
    private int _used;
    private int _free = None;
    private int _oldest = None;
    private int _newest = None;
    private long _lastFeedMs = long.MinValue;

    /// <summary>Creates the labeler for pool indices below <paramref name="maxPools"/>.</summary>
    public HorizonLabeler(int maxPools, IHorizonSink sink)
    {
        _sink = sink;
        _oldestOfPool = new int[maxPools];
        _newestOfPool = new int[maxPools];
        Array.Fill(_oldestOfPool, None);
        Array.Fill(_newestOfPool, None);
    }

    /// <summary>
    /// Every non-test row, of whatever quality, before <see cref="OnObservation"/>: its time closes horizons.
    /// <paramref name="feedGap"/>: the feed was interrupted before this row, so open horizons are cut.
    /// </summary>
    public void OnRow(long timestampMs, bool feedGap)
    {
        if (feedGap)
        {
            CloseAll(LabelStatus.Void);
        }
        else
        {
            while (_oldest != None && _nodes[_oldest].DeadlineMs < timestampMs)
            {
                Close(_oldest, LabelStatus.Timeout);
            }
        }

        _lastFeedMs = Math.Max(_lastFeedMs, timestampMs);
    }

    /// <summary>An observation, after its features: advances the pool's open horizons and opens its own, named <paramref name="tag"/>.</summary>
    public void OnObservation(in PoolUpdate update, long tag)
    {
        if (update.Quality is Quality.DecimalsChange or Quality.Gap)
        {
            while (_oldestOfPool[update.Pool] != None)
            {
                Close(_oldestOfPool[update.Pool], LabelStatus.Void);
            }
        }

        double price = update.Price;
        for (int at = _oldestOfPool[update.Pool]; at != None;)
        {
            ref Node node = ref _nodes[at];
            int next = node.NextOfPool;
            node.MaxPrice = Math.Max(node.MaxPrice, price);
            node.MinPrice = Math.Min(node.MinPrice, price);
            node.MinQuote = Math.Min(node.MinQuote, update.QuoteReserve);
            node.LastSeenMs = update.TimestampMs;
            if (++node.Seen == HorizonObservations)
            {
                Close(at, LabelStatus.Full);
            }

            at = next;
        }

        Open(update, price, tag);
    }

    /// <summary>The recording has ended: what is still open stays <see cref="LabelStatus.Open"/>.</summary>
    public void OnEnd() => CloseAll(LabelStatus.Open);

    private void CloseAll(LabelStatus cut)
    {
        while (_oldest != None)
        {
            Close(_oldest, _lastFeedMs >= _nodes[_oldest].DeadlineMs ? LabelStatus.Timeout : cut);
        }
    }

    private void Open(in PoolUpdate update, double price, long tag)
    {
        int at = Take();
        ref Node node = ref _nodes[at];
        node = new Node
        {
            Tag = tag,
            Pool = update.Pool,
            DeadlineMs = update.TimestampMs + LabelTimeoutMs,
            Price = price,
            Quote = update.QuoteReserve,
            MaxPrice = double.NegativeInfinity,
            MinPrice = double.PositiveInfinity,
            MinQuote = double.PositiveInfinity,
            Next = None,
            Previous = _newest,
            NextOfPool = None,
        };
        if (_newest == None)
        {
            _oldest = at;
        }
        else
        {
            _nodes[_newest].Next = at;
        }

        _newest = at;
        ref int newestOfPool = ref _newestOfPool[update.Pool];
        if (newestOfPool == None)
        {
            _oldestOfPool[update.Pool] = at;
        }
        else
        {
            _nodes[newestOfPool].NextOfPool = at;
        }

        newestOfPool = at;
    }

    // Horizons of one pool close in the order in which they opened, so a closing node is always its pool's oldest.
    private void Close(int at, LabelStatus status)
    {
        ref Node node = ref _nodes[at];
        ClosedHorizon closed = new()
        {
            Tag = node.Tag,
            Status = status,
            EndMs = status == LabelStatus.Full ? node.LastSeenMs : node.DeadlineMs,
        };
        if (node.Seen > 0)
        {
            closed.FutureMaxGain = (node.MaxPrice / node.Price) - 1;
            closed.FutureMinGain = (node.MinPrice / node.Price) - 1;
            closed.FutureMinQuote = (node.MinQuote / node.Quote) - 1;
        }

        _oldestOfPool[node.Pool] = node.NextOfPool;
        if (node.NextOfPool == None)
        {
            _newestOfPool[node.Pool] = None;
        }

        if (node.Previous == None)
        {
            _oldest = node.Next;
        }
        else
        {
            _nodes[node.Previous].Next = node.Next;
        }

        if (node.Next == None)
        {
            _newest = node.Previous;
        }
        else
        {
            _nodes[node.Next].Previous = node.Previous;
        }

        node.Next = _free;
        _free = at;
        _sink.OnClosed(closed);
    }

    private int Take()
    {
        if (_free != None)
        {
            int at = _free;
            _free = _nodes[at].Next;
            return at;
        }

        if (_used == _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
        }

        return _used++;
    }

    private struct Node
    {
        public long Tag;
        public int Pool;
        public int Seen;
        public long DeadlineMs;
        public long LastSeenMs;
        public double Price;
        public double Quote;
        public double MaxPrice;
        public double MinPrice;
        public double MinQuote;
        public int Next;
        public int Previous;
        public int NextOfPool;
    }
}
