namespace Disruptor.Processing;

/// <summary>Runs an <see cref="IValueEventHandler{T}"/>.</summary>
internal sealed class ValueEventProcessor<T>(ValueRingBuffer<T> ring, SequenceBarrier barrier, IValueEventHandler<T> handler)
    : EventProcessorBase(ring, barrier, handler), IValueEventProcessor<T>
    where T : struct
{
    private readonly IValueEventHandler<T> _handler = handler;
    private readonly Slots _slots = ring.Slots;
    private IValueExceptionHandler<T> _exceptionHandler = new ValueFatalExceptionHandler<T>();

    public void SetExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        _exceptionHandler = exceptionHandler;
    }

    protected override long ProcessBatch(long next, long available)
    {
        var handler = _handler;
        var slots = _slots;
        try
        {
            handler.OnBatchStart(available - next + 1);
            for (; next <= available; next++)
            {
                handler.OnEvent(ref slots.Of<T>(next), next, next == available);
            }

            Sequence.SetValue(available);
            return next;
        }
        catch (Exception ex)
        {
            // The events before the failed one are done, whether or not the exception handler throws.
            Sequence.SetValue(next - 1);
            _exceptionHandler.HandleEventException(ex, next, ref _slots.Of<T>(next));
            Sequence.SetValue(next);
            return next + 1;
        }
    }

    protected override void HandleOnStartException(Exception ex) => _exceptionHandler.HandleOnStartException(ex);

    protected override void HandleOnTimeoutException(Exception ex, long sequence) => _exceptionHandler.HandleOnTimeoutException(ex, sequence);

    protected override void HandleOnShutdownException(Exception ex) => _exceptionHandler.HandleOnShutdownException(ex);
}

/// <summary>What the processors of class events share.</summary>
internal abstract class ReferenceEventProcessor<T>(RingBuffer<T> ring, SequenceBarrier barrier, IEventHandler handler)
    : EventProcessorBase(ring, barrier, handler), IEventProcessor<T>
    where T : class
{
    protected IExceptionHandler<T> ExceptionHandler { get; private set; } = new FatalExceptionHandler<T>();

    public void SetExceptionHandler(IExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        ExceptionHandler = exceptionHandler;
    }

    protected override void HandleOnStartException(Exception ex) => ExceptionHandler.HandleOnStartException(ex);

    protected override void HandleOnTimeoutException(Exception ex, long sequence) => ExceptionHandler.HandleOnTimeoutException(ex, sequence);

    protected override void HandleOnShutdownException(Exception ex) => ExceptionHandler.HandleOnShutdownException(ex);
}

/// <summary>Runs an <see cref="IEventHandler{T}"/>.</summary>
internal sealed class EventProcessor<T>(RingBuffer<T> ring, SequenceBarrier barrier, IEventHandler<T> handler)
    : ReferenceEventProcessor<T>(ring, barrier, handler)
    where T : class
{
    private readonly IEventHandler<T> _handler = handler;
    private readonly Slots _slots = ring.Slots;

    protected override long ProcessBatch(long next, long available)
    {
        var handler = _handler;
        var slots = _slots;
        try
        {
            handler.OnBatchStart(available - next + 1);
            for (; next <= available; next++)
            {
                handler.OnEvent(slots.Of<T>(next), next, next == available);
            }

            Sequence.SetValue(available);
            return next;
        }
        catch (Exception ex)
        {
            // The events before the failed one are done, whether or not the exception handler throws.
            Sequence.SetValue(next - 1);
            ExceptionHandler.HandleEventException(ex, next, _slots.Of<T>(next));
            Sequence.SetValue(next);
            return next + 1;
        }
    }
}

/// <summary>Runs an <see cref="IBatchEventHandler{T}"/>. A batch ends where the array of the ring does.</summary>
internal sealed class BatchEventProcessor<T>(RingBuffer<T> ring, SequenceBarrier barrier, IBatchEventHandler<T> handler)
    : ReferenceEventProcessor<T>(ring, barrier, handler)
    where T : class
{
    private readonly IBatchEventHandler<T> _handler = handler;
    private readonly RingBuffer<T> _ring = ring;

    protected override long ProcessBatch(long next, long available)
    {
        var batch = _ring.GetBatch(next, available);
        try
        {
            _handler.OnBatch(batch, next);
        }
        catch (Exception ex)
        {
            // How much of the batch is done only the handler knows: it counts as processed.
            ExceptionHandler.HandleEventException(ex, next, batch);
        }

        next += batch.Length;
        Sequence.SetValue(next - 1);
        return next;
    }
}
