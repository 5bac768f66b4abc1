namespace Disruptor.Processing;

/// <summary>
/// One thread that runs one processor, or several of a graph one after the other: each takes its next batch by its own
/// barrier, sequence and exception handler, as on a thread of its own, and the thread sleeps when none has one.
/// </summary>
internal sealed class ProcessorThread
{
    private readonly EventProcessorBase[] _processors;
    private readonly EventProcessorState.RunState[] _runs;
    private readonly long[] _next;

    private ProcessorThread(EventProcessorBase[] processors)
    {
        _processors = processors;
        _runs = Array.ConvertAll(processors, p => p.Begin());
        _next = new long[processors.Length];
    }

    /// <summary>Starts a thread.</summary>
    /// <param name="processors">Who runs on it: the first waits for the producer, each other one for some before it.</param>
    /// <param name="taskScheduler">Where: the default scheduler gives a dedicated thread.</param>
    /// <returns>Completes after every OnStart; faults if one of them ended the run.</returns>
    /// <exception cref="InvalidOperationException">One of them is running, or disposed.</exception>
    public static Task Start(EventProcessorBase[] processors, TaskScheduler taskScheduler)
    {
        var thread = new ProcessorThread(processors);
        Task.Factory.StartNew(thread.Run, CancellationToken.None, TaskCreationOptions.LongRunning, taskScheduler);
        return Task.WhenAll(Array.ConvertAll(thread._runs, r => r.StartTask));
    }

    private void Run()
    {
        Exception? failure = null;
        var started = 0;
        var current = 0;
        try
        {
            for (; current < _processors.Length; current++)
            {
                started++;
                _processors[current].NotifyStart();

                // Not before: whoever was added late, or sets its sequence when it starts, begins behind that.
                _next[current] = _processors[current].Sequence.Value + 1;
                _runs[current].OnStarted();
            }

            current = 0;
            if (_processors.Length == 1)
            {
                ProcessEvents(_processors[0], _runs[0].CancellationToken);
            }
            else
            {
                ProcessEventsOfAll(ref current);
            }
        }
        catch (Exception ex)
        {
            failure = ex;
        }

        for (var i = 0; i < started; i++)
        {
            _processors[i].End(_runs[i], i == current ? failure : null);
        }

        for (var i = started; i < _runs.Length; i++)
        {
            _runs[i].OnShutdown();
        }
    }

    private void ProcessEvents(EventProcessorBase processor, CancellationToken cancellationToken)
    {
        var next = _next[0];
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!processor.ProcessNextBatch(ref next) && !TryWait(processor, next, cancellationToken))
            {
                processor.NotifyTimeout();
            }
        }
    }

    private void ProcessEventsOfAll(ref int current)
    {
        // They are halted together. Who is at work when an exception comes out is to be seen by the caller.
        var cancellationToken = _runs[0].CancellationToken;
        while (!cancellationToken.IsCancellationRequested)
        {
            var progress = false;
            for (current = 0; current < _processors.Length; current++)
            {
                progress |= _processors[current].ProcessNextBatch(ref _next[current]);
            }

            if (progress)
            {
                continue;
            }

            // Nobody has a batch. Of those that are furthest behind the first one waits for the producer: consumers before it
            // would be behind it too. One that looked at the cursor may be ahead of one that looked at the stamp before.
            current = FurthestBehind();
            if (!TryWait(_processors[current], _next[current], cancellationToken))
            {
                for (current = 0; current < _processors.Length; current++)
                {
                    _processors[current].NotifyTimeout();
                }
            }
        }
    }

    private int FurthestBehind()
    {
        var first = 0;
        for (var i = 1; i < _next.Length; i++)
        {
            if (_next[i] < _next[first])
            {
                first = i;
            }
        }

        return first;
    }

    /// <summary>False if the wait timed out. A cancelled wait is an ordinary end: the loop sees the token.</summary>
    private static bool TryWait(EventProcessorBase processor, long next, CancellationToken cancellationToken)
    {
        try
        {
            return processor.Wait(next, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }
}
