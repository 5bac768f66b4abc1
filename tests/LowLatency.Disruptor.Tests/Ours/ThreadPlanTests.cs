using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class ThreadPlanTests
{
    private static ThreadPlan Choose(int cores, Topology topology = Topology.Auto, WaitMode wait = WaitMode.Auto, bool setAside = false) =>
        ThreadPlan.Choose(handlers: 4, otherThreads: 2, CoreBudget.Of(cores, null), topology, wait, setAside);

    [Theory]
    [InlineData(1, Topology.Fused)]
    [InlineData(2, Topology.Fused)]
    [InlineData(5, Topology.Fused)]
    [InlineData(6, Topology.Pipelined)]
    [InlineData(64, Topology.Pipelined)]
    public void Handlers_have_threads_of_their_own_where_there_are_cores_for_all(int cores, Topology expected)
    {
        var plan = Choose(cores);
        Assert.Equal(expected, plan.Topology);
        Assert.Contains("4 handlers and 2 other threads want 6 cores", plan.Why, StringComparison.Ordinal);
        Assert.Contains($"there are {cores}", plan.Why, StringComparison.Ordinal);
        Assert.Null(plan.Warning);
    }

    [Theory]
    [InlineData(false, WaitMode.Block, typeof(BlockingWaitStrategy))]
    [InlineData(true, WaitMode.Spin, typeof(BusySpinWaitStrategy))]
    public void Handlers_spin_only_where_cores_are_set_aside(bool setAside, WaitMode expected, Type strategy)
    {
        var plan = Choose(2, setAside: setAside);
        Assert.Equal(expected, plan.Wait);
        Assert.IsType(strategy, plan.NewWaitStrategy());
    }

    [Fact]
    public void A_wish_is_followed_and_said_to_be_one()
    {
        var plan = Choose(2, Topology.Pipelined, WaitMode.Yield);
        Assert.Equal((Topology.Pipelined, WaitMode.Yield), (plan.Topology, plan.Wait));
        Assert.Equal("a thread for each handler: as asked for; yielding: as asked for", plan.Why);
        Assert.IsType<YieldingWaitStrategy>(plan.NewWaitStrategy());
    }

    [Theory]
    [InlineData(1, Topology.Fused, true)]
    [InlineData(2, Topology.Fused, false)]
    [InlineData(4, Topology.Pipelined, true)]
    [InlineData(5, Topology.Pipelined, false)]
    public void Spinning_threads_that_leave_no_core_to_those_that_feed_them_are_warned_of(int cores, Topology topology, bool warned)
    {
        var plan = Choose(cores, topology, WaitMode.Spin);
        Assert.Equal(warned, plan.Warning is not null);
        Assert.Null(Choose(cores, topology, WaitMode.Yield).Warning);
    }

    [Fact]
    public async Task A_started_disruptor_says_when_its_spinning_handlers_have_no_cores()
    {
        var tooMany = Enumerable.Range(0, CoreBudget.OfThisProcess().Cores).Select(_ => new Probe()).ToArray<IValueEventHandler<Tape>>();
        using var spinning = new ValueDisruptor<Tape>(() => default, 8, new BusySpinWaitStrategy());
        spinning.HandleEventsWith(tooMany);
        Assert.Null(spinning.ThreadWarning);
        await spinning.Start().Within();
        await spinning.Halt().Within();
        Assert.Contains($"{tooMany.Length} spinning handlers", spinning.ThreadWarning, StringComparison.Ordinal);

        using var blocking = new ValueDisruptor<Tape>(() => default, 8, new BlockingWaitStrategy());
        blocking.HandleEventsWith(tooMany);
        await blocking.Start().Within();
        await blocking.Halt().Within();
        Assert.Null(blocking.ThreadWarning);
    }
}
