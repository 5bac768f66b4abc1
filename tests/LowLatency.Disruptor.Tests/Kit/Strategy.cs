using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>The wait strategies by name, none of which times out within a test.</summary>
public static class Strategy
{
    public static string[] Names { get; } =
    [
        "BusySpin", "Yielding", "Sleeping", "SpinWait", "HybridSpin", "HybridSpinAggressive", "Blocking", "BlockingSpinWait",
        "TimeoutBlocking", "TimeoutYielding", "PhasedBackoffWithLock", "PhasedBackoffWithSleep",
    ];

    public static IWaitStrategy Make(string name) => name switch
    {
        "BusySpin" => new BusySpinWaitStrategy(),
        "Yielding" => new YieldingWaitStrategy(),
        "Sleeping" => new SleepingWaitStrategy(),
        "SpinWait" => new SpinWaitWaitStrategy(),
        "HybridSpin" => new HybridSpinWaitStrategy(),
        "HybridSpinAggressive" => new Tagging(new HybridSpinWaitStrategy(), HybridSpinWaitStrategy.AggressiveSpinWaitTag),
        "Blocking" => new BlockingWaitStrategy(),
        "BlockingSpinWait" => new BlockingSpinWaitWaitStrategy(),
        "TimeoutBlocking" => new TimeoutBlockingWaitStrategy(2 * Patience.Limit),
        "TimeoutYielding" => new TimeoutYieldingWaitStrategy(2 * Patience.Limit),
        "PhasedBackoffWithLock" => PhasedBackoffWaitStrategy.WithLock(TimeSpan.FromMicroseconds(10), TimeSpan.FromMicroseconds(20)),
        "PhasedBackoffWithSleep" => PhasedBackoffWaitStrategy.WithSleep(TimeSpan.FromMicroseconds(10), TimeSpan.FromMicroseconds(20)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>Puts a tag on whoever is waited for.</summary>
    private sealed class Tagging(IWaitStrategy inner, object tag) : IWaitStrategy
    {
        public bool IsBlockingStrategy => inner.IsBlockingStrategy;

        public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences)
        {
            dependentSequences.Tag = tag;
            return inner.NewSequenceWaiter(owner, dependentSequences);
        }

        public void SignalAllWhenBlocking() => inner.SignalAllWhenBlocking();
    }
}
