using Disruptor;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

public sealed class EventProcessorStateTests
{
    [Fact]
    public async Task A_run_goes_from_start_to_shutdown()
    {
        var barrier = new StubBarrier();
        var state = new EventProcessorState(barrier, restartable: true);
        Assert.Equal((false, false), (state.IsRunning, state.IsDisposed));
        var run = state.Start();
        Assert.Equal((true, false), (state.IsRunning, state.IsDisposed));
        Assert.False(run.StartTask.IsCompleted);
        run.OnStarted();
        await run.StartTask.Within();
        Assert.False(run.CancellationToken.IsCancellationRequested);
        var halted = state.Halt();
        Assert.True(run.CancellationToken.IsCancellationRequested);
        Assert.Equal(1, barrier.Cancels);
        Assert.True(state.IsRunning);
        Assert.False(halted.IsCompleted);
        run.OnShutdown();
        Assert.False(state.IsRunning);
        await halted.Within();
        Assert.Equal(0, barrier.Disposals);
    }

    [Fact]
    public void The_token_is_cancelled_before_the_barrier_is()
    {
        EventProcessorState.RunState? run = null;
        var cancelled = false;
        var barrier = new StubBarrier { OnCancel = () => cancelled = run!.CancellationToken.IsCancellationRequested };
        var state = new EventProcessorState(barrier, restartable: true);
        run = state.Start();
        _ = state.Halt();
        Assert.True(cancelled);
    }

    [Fact]
    public async Task To_halt_what_does_not_run_is_to_do_nothing()
    {
        var barrier = new StubBarrier();
        var state = new EventProcessorState(barrier, restartable: true);
        await state.Halt().Within();
        Assert.Equal(0, barrier.Cancels);
        var run = state.Start();
        run.OnStarted();
        var first = state.Halt();
        var second = state.Halt();
        Assert.False(first.IsCompleted || second.IsCompleted);
        run.OnShutdown();
        await Task.WhenAll(first, second, state.Halt()).Within();
        Assert.Equal(1, barrier.Cancels);
    }

    [Fact]
    public async Task A_run_that_ends_by_itself_is_over()
    {
        var state = new EventProcessorState(new StubBarrier(), restartable: true);
        var run = state.Start();
        run.OnStarted();
        run.OnShutdown();
        Assert.False(state.IsRunning);
        await state.Halt().Within();
        Assert.NotSame(run, state.Start());
    }

    [Fact]
    public async Task Only_a_restartable_processor_starts_again_and_only_after_its_shutdown()
    {
        foreach (var restartable in new[] { true, false })
        {
            var state = new EventProcessorState(new StubBarrier(), restartable);
            var run = state.Start();
            Assert.Throws<InvalidOperationException>(() => state.Start());
            run.OnStarted();
            Assert.Throws<InvalidOperationException>(() => state.Start());
            _ = state.Halt();
            Assert.Throws<InvalidOperationException>(() => state.Start());
            run.OnShutdown();
            if (!restartable)
            {
                Assert.Throws<InvalidOperationException>(() => state.Start());
                continue;
            }

            var next = state.Start();
            Assert.False(next.CancellationToken.IsCancellationRequested);
            var halted = state.Halt();
            Assert.False(halted.IsCompleted);
            next.OnStarted();
            next.OnShutdown();
            await halted.Within();
        }
    }

    [Fact]
    public async Task The_barrier_is_released_after_the_shutdown()
    {
        var barrier = new StubBarrier();
        var state = new EventProcessorState(barrier, restartable: true);
        var run = state.Start();
        run.OnStarted();
        var disposed = state.Dispose();
        Assert.Equal((true, true), (state.IsRunning, state.IsDisposed));
        Assert.True(run.CancellationToken.IsCancellationRequested);
        Assert.Equal((1, 0), (barrier.Cancels, barrier.Disposals));
        Assert.False(disposed.IsCompleted);
        Assert.False(state.Halt().IsCompleted);
        run.OnShutdown();
        await Task.WhenAll(disposed, state.Dispose(), state.Halt()).Within();
        Assert.Equal((1, 1), (barrier.Cancels, barrier.Disposals));
        Assert.Throws<InvalidOperationException>(() => state.Start());
    }

    [Fact]
    public async Task One_that_never_ran_or_has_ended_releases_its_barrier_at_once()
    {
        var barrier = new StubBarrier();
        var state = new EventProcessorState(barrier, restartable: true);
        await state.Dispose().Within();
        Assert.Equal(1, barrier.Disposals);
        Assert.Throws<InvalidOperationException>(() => state.Start());
        var ended = new EventProcessorState(barrier, restartable: false);
        var run = ended.Start();
        run.OnStarted();
        _ = ended.Halt();
        run.OnShutdown();
        await ended.Dispose().Within();
        Assert.Equal(2, barrier.Disposals);
    }

    [Fact]
    public async Task A_barrier_that_cannot_be_disposed_is_left_alone()
    {
        var state = new EventProcessorState(new OnlyCancellable(), restartable: true);
        var run = state.Start();
        run.OnStarted();
        var disposed = state.Dispose();
        run.OnShutdown();
        await disposed.Within();
    }

    private sealed class OnlyCancellable : ICancellableBarrier
    {
        public void CancelProcessing()
        {
        }
    }

    private sealed class StubBarrier : ICancellableBarrier, IDisposable
    {
        private int _disposals;

        public Action? OnCancel { get; init; }

        public int Cancels { get; private set; }

        public int Disposals => Volatile.Read(ref _disposals);

        public void CancelProcessing()
        {
            Cancels++;
            OnCancel?.Invoke();
        }

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }
}
