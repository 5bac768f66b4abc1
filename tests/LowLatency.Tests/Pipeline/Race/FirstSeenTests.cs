using CsCheck;
using LowLatency.Pipeline.Race;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>Which row of which endpoint is the first of its kind.</summary>
public sealed class FirstSeenTests
{
    private const int Pools = 3;

    // Few values of everything, so that rows meet: kinds 0 and 1 are a reconnect and a loss of everybody.
    private static readonly Gen<(int Kind, int Endpoint, RaceRow Row)[]> _steps = Gen.Select(
        Gen.Int[0, 60], Gen.Int[0, 1],
        Gen.Select(Gen.Int[0, Pools - 1], Gen.Int[1, 6], Gen.Int[0, 2], static (pool, order, reserve) => new RaceRow(pool, order, (ulong)reserve, 1, 6))).Array[1, 300];

    private static readonly Gen<(int Pool, int Step, int Reserve)[]> _world = Gen.Select(Gen.Int[0, Pools - 1], Gen.Int[-1, 2], Gen.Int[0, 2]).Array[1, 200];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(1_024)]
    public void It_judges_as_its_slow_twin_does(int window) => _steps.Sample(
        steps =>
        {
            FirstSeen seen = new(2, Pools, window);
            NaiveRace twin = new(window);
            foreach ((int kind, int endpoint, RaceRow row) in steps)
            {
                if (kind == 0)
                {
                    seen.Reconnect(endpoint);
                    twin.Reconnect(endpoint);
                }
                else if (kind == 1)
                {
                    seen.Forget();
                    twin.Forget();
                }
                else if (seen.Judge(endpoint, row) != twin.Judge(endpoint, row))
                {
                    return false;
                }
            }

            return true;
        },
        iter: 2_000);

    [Fact]
    public void Two_endpoints_that_keep_one_order_publish_it_once_however_they_interleave() => Gen.Select(_world, Gen.Bool.Array[0, 400]).Sample(
        (world, turns) =>
        {
            RaceRow[] rows = Rows(world);
            FirstSeen seen = new(2, Pools);
            List<RaceRow> published = [];
            int[] at = [0, 0];
            foreach (int endpoint in turns.Select(static turn => turn ? 1 : 0).Concat(Enumerable.Repeat(0, rows.Length)).Concat(Enumerable.Repeat(1, rows.Length)))
            {
                if (at[endpoint] == rows.Length)
                {
                    continue;
                }

                RaceRow row = rows[at[endpoint]++];
                RaceVerdict verdict = seen.Judge(endpoint, row);
                Assert.NotEqual(RaceVerdict.Late, verdict);
                if (verdict == RaceVerdict.First)
                {
                    published.Add(row);
                }
            }

            Assert.Equal(rows, published);
        },
        iter: 2_000);

    [Fact]
    public void What_a_server_tells_again_after_a_reconnect_is_a_copy_while_the_other_one_lives() => Gen.Select(_world, Gen.Int[0, 200]).Sample(
        (world, cut) =>
        {
            RaceRow[] rows = Rows(world);
            FirstSeen seen = new(2, Pools);
            Assert.All(rows, row => Assert.Equal(RaceVerdict.First, seen.Judge(0, row)));
            Assert.All(rows.Take(cut), row => Assert.Equal(RaceVerdict.Copy, seen.Judge(1, row)));
            seen.Reconnect(1);
            Assert.All(rows, row => Assert.Equal(RaceVerdict.Copy, seen.Judge(1, row)));
            seen.Reconnect(0);
            Assert.All(rows, row => Assert.Equal(RaceVerdict.Copy, seen.Judge(0, row)));
        },
        iter: 500);

    [Fact]
    public void Behind_by_more_than_the_window_its_rows_are_late_and_not_told_twice()
    {
        FirstSeen seen = new(2, 1, window: 8);
        Assert.All(Enumerable.Range(1, 100), order => Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(order))));
        Assert.All(Enumerable.Range(1, 92), order => Assert.Equal(RaceVerdict.Late, seen.Judge(1, Row(order))));
        Assert.All(Enumerable.Range(93, 8), order => Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(order))));
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(101)));
    }

    [Fact]
    public void A_row_that_only_the_slower_one_has_is_late()
    {
        FirstSeen seen = new(2, 1);
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(10)));
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(12)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(10)));
        Assert.Equal(RaceVerdict.Late, seen.Judge(1, Row(11)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(12)));
    }

    [Fact]
    public void A_repetition_by_the_same_endpoint_is_kept_and_its_copies_are_dropped()
    {
        FirstSeen seen = new(2, 1);
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(10)));
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(10)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(10)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(10)));
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(10)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(0, Row(10)));
    }

    [Fact]
    public void A_fork_is_told_by_who_was_at_the_head_and_not_by_who_was_behind()
    {
        FirstSeen seen = new(2, 1);
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(101)));
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(105)));
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(104, reserve: 9)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(101)));
        Assert.Equal(RaceVerdict.Late, seen.Judge(1, Row(103)));
        Assert.Equal(RaceVerdict.Late, seen.Judge(1, Row(102, reserve: 8)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(105)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(1, Row(104, reserve: 9)));
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(104, reserve: 7)));
    }

    [Fact]
    public void A_pool_does_not_rest_in_a_state_that_its_teller_has_left()
    {
        FirstSeen seen = new(2, 1);
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(10, reserve: 2)));
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(10, reserve: 1)));
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(10, reserve: 2)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(0, Row(10, reserve: 1)));
    }

    [Fact]
    public void After_everybody_was_lost_everything_is_news()
    {
        FirstSeen seen = new(2, 1);
        Assert.Equal(RaceVerdict.First, seen.Judge(0, Row(10)));
        seen.Forget();
        seen.Reconnect(1);
        Assert.Equal(RaceVerdict.First, seen.Judge(1, Row(10)));
        Assert.Equal(RaceVerdict.Copy, seen.Judge(0, Row(10)));
    }

    private static RaceRow Row(long order, ulong reserve = 1) => new(0, order, reserve, 1, 6);

    // Times that stand still, rise, and now and then go back.
    private static RaceRow[] Rows((int Pool, int Step, int Reserve)[] world)
    {
        long order = 1_000;
        return [.. world.Select(step => new RaceRow(step.Pool, order += step.Step, (ulong)step.Reserve, 1, 6))];
    }
}
