using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>The limit of a wait that ends at once unless something is broken.</summary>
public static class Patience
{
    private const TaskCreationOptions OwnThread = TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>How long to watch for something that must not happen. A busy machine can only make such a watch blind, not wrong.</summary>
    private static readonly TimeSpan _watch = TimeSpan.FromMilliseconds(10);

    public static Task Within(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Waits until something has happened, however it is seen.</summary>
    public static void Until(Func<bool> happened) => Assert.True(SpinWait.SpinUntil(happened, Limit), "It has not happened.");

    /// <summary>Waits for a signal.</summary>
    public static void Await(this ManualResetEventSlim signal) =>
        Assert.True(signal.Wait(Limit, TestContext.Current.CancellationToken), "No signal.");

    /// <summary>Watches a while whether something happens that must not.</summary>
    public static void Never(Func<bool> happened) => Assert.False(SpinWait.SpinUntil(happened, _watch), "It has happened.");

    /// <summary>Runs on a thread of its own, as a producer or consumer does; who awaits it goes on elsewhere.</summary>
    public static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, OwnThread, TaskScheduler.Default);

    /// <inheritdoc cref="OnThread(Action)"/>
    public static Task<T> OnThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, OwnThread, TaskScheduler.Default);

    public static void PublishTape(this ValueRingBuffer<Tape> ring, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sequence = ring.Next();
            ring[sequence].Write(sequence);
            ring.Publish(sequence);
        }
    }
}
