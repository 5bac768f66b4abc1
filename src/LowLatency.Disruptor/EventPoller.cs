using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>Makes pollers, and holds the types of their calls.</summary>
public static class EventPoller
{
    /// <summary>Processes one polled event.</summary>
    /// <param name="data">The event.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="endOfBatch">Whether it is the last that was available when the poll began.</param>
    /// <returns>Whether to go on with the next one. This one counts as processed either way.</returns>
    public delegate bool Handler<T>(T data, long sequence, bool endOfBatch);

    /// <summary>Processes all polled events.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="sequence">The sequence of the first.</param>
    public delegate void BatchHandler<T>(EventBatch<T> batch, long sequence)
        where T : class;

    /// <summary>Processes one polled event in its slot.</summary>
    /// <inheritdoc cref="Handler{T}"/>
    public delegate bool ValueHandler<T>(ref T data, long sequence, bool endOfBatch)
        where T : struct;

    /// <summary>What a poll found.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "The place is Disruptor-net's.")]
    public enum PollState
    {
        /// <summary>Events, and they were processed.</summary>
        Processing,

        /// <summary>Events that the consumers before are not done with, or that are claimed and not yet published.</summary>
        Gating,

        /// <summary>No events.</summary>
        Idle,
    }

    /// <summary>Makes a poller.</summary>
    /// <param name="dataProvider">Where the events are.</param>
    /// <param name="sequencer">Knows what is published.</param>
    /// <param name="sequence">The position of the poller.</param>
    /// <param name="cursorSequence">The cursor of the sequencer.</param>
    /// <param name="gatingSequences">The consumers that must be done with an event before; none means the cursor alone.</param>
    public static EventPoller<T> Create<T>(
        IDataProvider<T> dataProvider, ISequencer sequencer, Sequence sequence, Sequence cursorSequence, params Sequence[] gatingSequences)
        where T : class =>
        new(dataProvider, new PollPosition(sequencer, sequence, new DependentSequenceGroup(cursorSequence, gatingSequences)));

    /// <inheritdoc cref="Create{T}(IDataProvider{T}, ISequencer, Sequence, Sequence, Sequence[])"/>
    public static ValueEventPoller<T> Create<T>(
        IValueDataProvider<T> dataProvider, ISequencer sequencer, Sequence sequence, Sequence cursorSequence, params Sequence[] gatingSequences)
        where T : struct =>
        new(dataProvider, new PollPosition(sequencer, sequence, new DependentSequenceGroup(cursorSequence, gatingSequences)));
}

/// <summary>A consumer that asks for events instead of waiting for them. One thread at a time polls; the sequence is for any.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class EventPoller<T>
    where T : class
{
    private readonly IDataProvider<T> _dataProvider;
    private readonly PollPosition _position;

    internal EventPoller(IDataProvider<T> dataProvider, PollPosition position)
    {
        _dataProvider = dataProvider;
        _position = position;
    }

    /// <summary>The last processed sequence. To be made a gating sequence of the ring if producers shall wait for it.</summary>
    public Sequence Sequence => _position.Sequence;

    /// <summary>Processes what is available, one by one, until the handler says no. An exception leaves the event it came from unprocessed.</summary>
    /// <param name="eventHandler">Called for each event.</param>
    /// <returns>Whether there were events, and if not, why.</returns>
    public EventPoller.PollState Poll(EventPoller.Handler<T> eventHandler)
    {
        ArgumentNullException.ThrowIfNull(eventHandler);
        var next = _position.Next(out var available);
        if (next > available)
        {
            return _position.WhyNothing(next);
        }

        try
        {
            var goOn = true;
            while (goOn && next <= available)
            {
                goOn = eventHandler(_dataProvider[next], next, next == available);
                next++;
            }
        }
        finally
        {
            Sequence.SetValue(next - 1);
        }

        return EventPoller.PollState.Processing;
    }

    /// <summary>Processes what is available and lies side by side in one call. An exception leaves all of it unprocessed.</summary>
    /// <param name="eventHandler">Called once.</param>
    /// <returns>Whether there were events, and if not, why.</returns>
    public EventPoller.PollState Poll(EventPoller.BatchHandler<T> eventHandler)
    {
        ArgumentNullException.ThrowIfNull(eventHandler);
        var next = _position.Next(out var available);
        if (next > available)
        {
            return _position.WhyNothing(next);
        }

        var batch = _dataProvider.GetBatch(next, available);
        eventHandler(batch, next);
        Sequence.SetValue(next + batch.Length - 1);
        return EventPoller.PollState.Processing;
    }
}

/// <summary>A consumer that asks for events instead of waiting for them. One thread at a time polls; the sequence is for any.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueEventPoller<T>
    where T : struct
{
    private readonly IValueDataProvider<T> _dataProvider;
    private readonly PollPosition _position;

    internal ValueEventPoller(IValueDataProvider<T> dataProvider, PollPosition position)
    {
        _dataProvider = dataProvider;
        _position = position;
    }

    /// <inheritdoc cref="EventPoller{T}.Sequence"/>
    public Sequence Sequence => _position.Sequence;

    /// <inheritdoc cref="EventPoller{T}.Poll(EventPoller.Handler{T})"/>
    public EventPoller.PollState Poll(EventPoller.ValueHandler<T> eventHandler)
    {
        ArgumentNullException.ThrowIfNull(eventHandler);
        var next = _position.Next(out var available);
        if (next > available)
        {
            return _position.WhyNothing(next);
        }

        try
        {
            var goOn = true;
            while (goOn && next <= available)
            {
                goOn = eventHandler(ref _dataProvider[next], next, next == available);
                next++;
            }
        }
        finally
        {
            Sequence.SetValue(next - 1);
        }

        return EventPoller.PollState.Processing;
    }
}

/// <summary>Where a poller stands, and what it may read. Its thread only, but for the sequence.</summary>
internal readonly struct PollPosition(ISequencer sequencer, Sequence sequence, DependentSequenceGroup dependentSequences)
{
    public Sequence Sequence => sequence;

    /// <summary>The next sequence, and the highest that may be read.</summary>
    public long Next(out long available)
    {
        var next = sequence.Value + 1;
        available = sequencer.GetHighestPublishedSequence(next, dependentSequences.Value);
        return next;
    }

    public EventPoller.PollState WhyNothing(long next) =>
        sequencer.Cursor >= next ? EventPoller.PollState.Gating : EventPoller.PollState.Idle;
}
