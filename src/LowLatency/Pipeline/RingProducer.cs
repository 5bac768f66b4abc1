using System.Diagnostics;
using Disruptor;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>What the feed does when the ring is full because the business thread lags.</summary>
public enum FullRingPolicy : byte
{
    /// <summary>The feed waits, and with it the socket: nothing is lost, and the wait is measured. A server may part with a reader that slow.</summary>
    Wait,

    /// <summary>
    /// The feed reads on and keeps the last row of each pool until there is room: the rows in between are superseded, which
    /// is counted. For Solana's nodes, which disconnect slow readers.
    /// </summary>
    DropSuperseded,
}

/// <summary>
/// One thread at a time; another one after <see cref="HandOver"/>. The feed's side of the ring. Rows leave in the order in
/// which their pools came; a row that waits is replaced by a later one of its pool.
/// </summary>
public sealed class RingProducer
{
    /// <summary>Most pools with a waiting row; one more makes the feed wait after all.</summary>
    public const int MaxWaiting = 4_096;

    private readonly ValueRingBuffer<PipelineEvent> _ring;
    private readonly FeedCounters _counters;
    private readonly ModelExchange? _models;
    private readonly OperatorInbox? _commands;

    // Empty unless rows may wait. By pool: one more than the place of its waiting row, 0 where there is none.
    private readonly int[] _placeOf;
    private readonly Waiting[] _waiting;
    private int _first;

    /// <summary>
    /// The one producer of <paramref name="ring"/>, for rows of pools below <paramref name="maxPools"/>. It also announces what
    /// <paramref name="models"/> and <paramref name="commands"/> hold: before the next row, or when the feed has a moment.
    /// </summary>
    public RingProducer(
        ValueRingBuffer<PipelineEvent> ring, FeedCounters counters, FullRingPolicy policy, int maxPools, ModelExchange? models = null,
        OperatorInbox? commands = null)
    {
        _models = models;
        _commands = commands;
        _ring = ring;
        _counters = counters;
        bool mayWait = policy == FullRingPolicy.DropSuperseded;
        _placeOf = mayWait ? new int[maxPools] : [];
        _waiting = mayWait ? new Waiting[MaxWaiting] : [];
    }

    /// <summary>Rows that wait for room.</summary>
    public int Backlog { get; private set; }

    /// <summary>Any thread. Whether rows, commands or a model wait for <see cref="Drain"/>.</summary>
    public bool IsWaiting => Backlog > 0 || _commands is { IsPosted: true } || _models is { IsPosted: true };

    /// <summary>
    /// The caller's thread publishes from now on, ordered behind the one before: that connection has ended, or both hold the
    /// lock of a race. For the checks of Debug builds.
    /// </summary>
    public void HandOver() => _ring.HandOver();

    /// <summary>Publishes a row, now or when there is room.</summary>
    public void Publish(in PoolUpdate update, long received, long decoded)
    {
        if (IsWaiting)
        {
            Drain();
        }

        if (Backlog == 0 && _ring.TryNext(out long sequence))
        {
            Publish(sequence, update, received, decoded);
        }
        else if (_waiting.Length == 0)
        {
            Publish(WaitForRoom(), update, received, decoded);
        }
        else
        {
            Keep(update, received, decoded);
        }
    }

    /// <summary>Publishes that the feed was interrupted, behind everything that came before it.</summary>
    public void PublishGap()
    {
        Flush();
        long sequence = WaitForRoom();
        ref PipelineEvent slot = ref _ring[sequence];
        slot.Kind = EventKind.FeedGap;
        slot.Times = default;
        _ring.Publish(sequence);
    }

    /// <summary>Publishes commands, a model and waiting rows as far as there is room.</summary>
    public void Drain()
    {
        long sequence;
        while (_commands is { IsPosted: true } && _ring.TryNext(out sequence))
        {
            PublishCommand(sequence, _commands);
        }

        if (_models is { IsPosted: true })
        {
            AnnounceModel(_models);
        }

        while (Backlog > 0 && _ring.TryNext(out sequence))
        {
            PublishFirst(sequence);
        }
    }

    /// <summary>Publishes every command and waiting row.</summary>
    public void Flush()
    {
        HandOver();
        while (_commands is { IsPosted: true })
        {
            PublishCommand(WaitForRoom(), _commands);
        }

        while (Backlog > 0)
        {
            PublishFirst(WaitForRoom());
        }
    }

    // Of posted commands none is taken by anybody else: there is one to publish.
    private void PublishCommand(long sequence, OperatorInbox commands)
    {
        commands.TryTake(out OperatorCommand command);
        ref PipelineEvent slot = ref _ring[sequence];
        slot.Kind = EventKind.Command;
        slot.Command = command;
        slot.Times = default;
        _ring.Publish(sequence);
    }

    // A full ring is no reason to wait: the model comes before a later row then.
    private void AnnounceModel(ModelExchange models)
    {
        if (_ring.TryNext(out long sequence))
        {
            models.Announce();
            ref PipelineEvent slot = ref _ring[sequence];
            slot.Kind = EventKind.ModelSwap;
            slot.Times = default;
            _ring.Publish(sequence);
        }
    }

    private void Keep(in PoolUpdate update, long received, long decoded)
    {
        ref int place = ref _placeOf[update.Pool];
        if (place == 0)
        {
            if (Backlog == _waiting.Length)
            {
                PublishFirst(WaitForRoom());
            }

            place = ((_first + Backlog) % _waiting.Length) + 1;
            Backlog++;
        }
        else
        {
            _counters.CountSuperseded();
        }

        _waiting[place - 1] = new Waiting(update, received, decoded);
    }

    private void PublishFirst(long sequence)
    {
        ref readonly Waiting waiting = ref _waiting[_first];
        _placeOf[waiting.Update.Pool] = 0;
        Publish(sequence, waiting.Update, waiting.Received, waiting.Decoded);
        _first = (_first + 1) % _waiting.Length;
        Backlog--;
    }

    private void Publish(long sequence, in PoolUpdate update, long received, long decoded)
    {
        ref PipelineEvent slot = ref _ring[sequence];
        slot.Kind = EventKind.Update;
        slot.Update = update;
        slot.Times.Received = received;
        slot.Times.Decoded = decoded;
        _ring.Publish(sequence);
        _counters.CountPublished();
    }

    private long WaitForRoom()
    {
        if (_ring.TryNext(out long sequence))
        {
            return sequence;
        }

        long since = Stopwatch.GetTimestamp();
        sequence = _ring.Next();
        _counters.CountRingWait(Stopwatch.GetTimestamp() - since);
        return sequence;
    }

    private readonly record struct Waiting(PoolUpdate Update, long Received, long Decoded);
}
