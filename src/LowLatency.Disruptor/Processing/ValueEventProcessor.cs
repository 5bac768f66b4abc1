namespace Disruptor.Processing;

/// <summary>
/// Runs one handler on one thread. Its sequence is published at the end of each batch, after the handler is done with every
/// event of it: the release write that lets the next handlers, and the producer, have the slots.
/// </summary>
public sealed class ValueEventProcessor<T>
    where T : struct
{
    private readonly ValueRingBuffer<T> _ring;
    private readonly SequenceBarrier _barrier;
    private readonly IValueEventHandler<T> _handler;
    private Task _running = Task.CompletedTask;
    private IValueExceptionHandler<T> _exceptions = new ValueFatalExceptionHandler<T>();

    /// <summary>A processor of <paramref name="handler"/> behind <paramref name="barrier"/>.</summary>
    public ValueEventProcessor(ValueRingBuffer<T> ring, SequenceBarrier barrier, IValueEventHandler<T> handler)
    {
        _ring = ring;
        _barrier = barrier;
        _handler = handler;
    }

    /// <summary>The last event that was handled.</summary>
    public Sequence Sequence { get; } = new();

    /// <summary>Whether its thread runs.</summary>
    public bool IsRunning => !_running.IsCompleted;

    /// <summary>The handler.</summary>
    public IValueEventHandler<T> Handler => _handler;

    /// <summary>Replaces the exception handler; before start.</summary>
    public void SetExceptionHandler(IValueExceptionHandler<T> exceptionHandler) => _exceptions = exceptionHandler;

    /// <summary>Starts the processor on a thread of its own.</summary>
    public Task Start(TaskScheduler taskScheduler)
    {
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, taskScheduler);
        return _running;
    }

    /// <summary>Stops after the event that is being handled; the task ends when the thread has, and carries the failure of a failed handler.</summary>
    public Task Halt()
    {
        _barrier.CancelProcessing();
        return _running;
    }

    private void Run()
    {
        try
        {
            Guard(static h => h.OnStart(), static (e, ex) => e.HandleOnStartException(ex));
            ProcessEvents();
            Guard(static h => h.OnShutdown(), static (e, ex) => e.HandleOnShutdownException(ex));
        }
        catch (Exception fatal)
        {
            _ring.Fail(fatal);
            throw;
        }
    }

    private void Guard(Action<IValueEventHandler<T>> call, Action<IValueExceptionHandler<T>, Exception> failed)
    {
        try
        {
            call(_handler);
        }
        catch (Exception ex)
        {
            failed(_exceptions, ex);
        }
    }

    // try/catch stands outside the inner loop; after an exception the loop is entered again behind the failed event.
    private void ProcessEvents()
    {
        long next = Sequence.Value + 1;
        long maxBatch = _handler.MaxBatchSize ?? long.MaxValue;
        while (true)
        {
            try
            {
                while (true)
                {
                    SequenceWaitResult result = _barrier.WaitFor(next);
                    if (result.IsTimeout)
                    {
                        continue;
                    }

                    long available = maxBatch < result.UnsafeAvailableSequence - next + 1
                        ? next + maxBatch - 1 : result.UnsafeAvailableSequence;
                    _handler.OnBatchStart(available - next + 1);
                    for (; next <= available; next++)
                    {
                        _handler.OnEvent(ref _ring[next], next, next == available);
                    }

                    Sequence.SetValue(available);
                }
            }
            catch (OperationCanceledException) when (_barrier.IsCancellationRequested)
            {
                return;
            }
            catch (Exception ex)
            {
                _exceptions.HandleEventException(ex, next, ref _ring[next]);
                Sequence.SetValue(next);
                next++;
            }
        }
    }
}
