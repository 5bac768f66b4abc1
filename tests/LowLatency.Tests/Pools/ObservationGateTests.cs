using LowLatency.Pools;

namespace LowLatency.Tests.Pools;

public sealed class ObservationGateTests
{
    private readonly ObservationGate _gate = new(4);
    private long _now = 1_750_000_000_000;

    [Fact]
    public void A_torn_read_is_held_back_and_forgotten()
    {
        Assert.Equal(Quality.Ok, Row(1_000, 100));
        Assert.Equal(Quality.Suspect, Row(500, 100));
        Assert.Equal(Quality.Ok, Row(1_000, 100));
    }

    [Fact]
    public void A_confirmed_jump_is_a_liquidity_event_and_a_power_of_ten_is_a_change_of_decimals()
    {
        Row(1_000, 100);
        Assert.Equal(Quality.Suspect, Row(3_000, 100));
        Assert.Equal(Quality.LiquidityEvent, Row(3_000, 100));
        Assert.Equal(Quality.Suspect, Row(3_000_000, 100));
        Assert.Equal(Quality.DecimalsChange, Row(3_000_000, 100));
        Assert.Equal(Quality.Suspect, Row(3_000, 100));
        Assert.Equal(Quality.DecimalsChange, Row(3_000, 100));
    }

    [Fact]
    public void A_swap_a_withdrawal_and_a_dump_are_ordinary()
    {
        Row(1_000, 100);
        Assert.Equal(Quality.Ok, Row(500, 200));
        Assert.Equal(Quality.Ok, Row(50, 20));
        Assert.Equal(Quality.Ok, Row(1_000, 1));
    }

    [Fact]
    public void Silence_of_the_whole_feed_is_a_gap_for_each_pool_and_silence_of_one_pool_is_none()
    {
        Row(1_000, 100, pool: 0);
        Row(1_000, 100, pool: 1);
        _now += ObservationGate.MaxGapMs;
        Assert.Equal(Quality.Ok, Row(1_000, 100, pool: 0));
        _now += ObservationGate.MaxGapMs;
        Assert.Equal(Quality.Ok, Row(1_000, 100, pool: 0));
        Assert.Equal(Quality.Ok, Row(1_000, 100, pool: 1));
        _now += ObservationGate.MaxGapMs + 1;
        Assert.Equal(Quality.Gap, Row(9_000, 1, pool: 0));
        Assert.Equal(Quality.Gap, Row(1_000, 100, pool: 1));
        Assert.Equal(Quality.Ok, Row(1_000, 100, pool: 2));
    }

    [Fact]
    public void An_interruption_of_the_feed_is_a_gap_however_short()
    {
        Row(1_000, 100);
        _gate.OnFeedGap();
        Assert.Equal(Quality.Gap, Row(1_000, 100));
        Assert.Equal(Quality.Ok, Row(1_000, 100));
    }

    private Quality Row(double baseReserve, double quoteReserve, int pool = 0)
    {
        PoolUpdate update = new() { Pool = pool, TimestampMs = _now, BaseReserve = baseReserve, QuoteReserve = quoteReserve };
        _gate.Classify(ref update);
        return update.Quality;
    }
}
