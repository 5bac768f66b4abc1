namespace Disruptor.Dsl;

/// <summary>How handlers are spread over threads.</summary>
public enum Topology : byte
{
    /// <summary>A thread for each where there are cores for all, one for all otherwise.</summary>
    Auto,

    /// <summary>All handlers on one thread, a batch of one after the other.</summary>
    Fused,

    /// <summary>A thread for each handler.</summary>
    Pipelined,
}

/// <summary>How handlers wait for events.</summary>
public enum WaitMode : byte
{
    /// <summary>Spinning where cores are set aside for it, blocking otherwise.</summary>
    Auto,

    /// <summary>Burns its core: least latency.</summary>
    Spin,

    /// <summary>Spins, then yields.</summary>
    Yield,

    /// <summary>Sleeps until it is woken: costs nothing while nothing happens.</summary>
    Block,
}

/// <summary>Threads and waits that fit the machine, and the reasons. Immutable.</summary>
/// <param name="Topology">Never <see cref="Topology.Auto"/>.</param>
/// <param name="Wait">Never <see cref="WaitMode.Auto"/>.</param>
/// <param name="Why">What was chosen and why, in one line.</param>
/// <param name="Warning">What will go wrong with it; null if nothing is foreseen.</param>
public sealed record ThreadPlan(Topology Topology, WaitMode Wait, string Why, string? Warning)
{
    /// <summary>Chooses what is left to choose.</summary>
    /// <param name="handlers">How many handlers there are.</param>
    /// <param name="otherThreads">Threads that need a core beside them: producers, readers, whatever must not be starved.</param>
    /// <param name="budget">The cores of this process.</param>
    /// <param name="topology">A wish, or <see cref="Topology.Auto"/>.</param>
    /// <param name="wait">A wish, or <see cref="WaitMode.Auto"/>.</param>
    /// <param name="coresSetAside">Whether handlers are pinned to cores that nobody else is meant to use.</param>
    public static ThreadPlan Choose(int handlers, int otherThreads, CoreBudget budget, Topology topology, WaitMode wait, bool coresSetAside)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var needed = handlers + otherThreads;
        var chosenTopology = topology != Topology.Auto ? topology : budget.Cores >= needed ? Topology.Pipelined : Topology.Fused;
        var chosenWait = wait != WaitMode.Auto ? wait : coresSetAside ? WaitMode.Spin : WaitMode.Block;
        var threads = chosenTopology == Topology.Fused ? Math.Min(1, handlers) : handlers;

        var whyTopology = topology != Topology.Auto ? "as asked for"
            : $"{handlers} handlers and {otherThreads} other threads want {needed} cores and there are {budget.Cores} ({budget.Why})";
        var whyWait = wait != WaitMode.Auto ? "as asked for"
            : coresSetAside ? "cores are set aside for it" : "no core is set aside for spinning";
        return new ThreadPlan(
            chosenTopology,
            chosenWait,
            $"{(chosenTopology == Topology.Fused ? "all handlers on one thread" : "a thread for each handler")}: {whyTopology}; {chosenWait switch
            {
                WaitMode.Spin => "spinning",
                WaitMode.Yield => "yielding",
                _ => "blocking",
            }}: {whyWait}",
            chosenWait == WaitMode.Spin ? Oversubscribed(threads, budget) : null);
    }

    /// <summary>What is to be said of so many threads that spin; null if they leave a core to those that feed them.</summary>
    /// <param name="spinning">Handlers' threads that never give up their core.</param>
    /// <param name="budget">The cores of this process.</param>
    public static string? Oversubscribed(int spinning, CoreBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return spinning < budget.Cores ? null
            : $"{spinning} spinning handlers want a core each and one for who feeds them, and there are {budget.Cores} ({budget.Why}): who has "
            + "none waits for the scheduler, milliseconds at a time. Fuse the handlers, let them yield, or give the process more cores.";
    }

    /// <summary>Makes the strategy of <see cref="Wait"/>.</summary>
    public IWaitStrategy NewWaitStrategy() => Wait switch
    {
        WaitMode.Spin => new BusySpinWaitStrategy(),
        WaitMode.Yield => new YieldingWaitStrategy(),
        _ => new BlockingWaitStrategy(),
    };
}
