using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Report;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Tests.Report;

public sealed class RugFinderTests
{
    [Fact]
    public void A_price_below_half_of_one_ten_observations_back_is_a_rug_and_of_one_eleven_back_is_none()
    {
        Assert.Equal(10, MomentOf([1, .9, .9, .9, .9, .9, .9, .9, .9, .9, .49]));
        Assert.Null(MomentOf([1, .9, .9, .9, .9, .9, .9, .9, .9, .9, .9, .49]));
        Assert.Null(MomentOf([1, .5]));
    }

    [Fact]
    public void The_first_moment_counts_rows_that_are_no_observation_do_not_and_a_segment_forgets()
    {
        Assert.Equal(1, MomentOf([1, .4, .1]));
        Assert.Null(MomentOf([1, .4, 1], (1, Quality.Suspect, RowBegins.Nothing)));
        Assert.Null(MomentOf([1, .4], (1, Quality.Gap, RowBegins.Segment)));
    }

    /// <summary>The label is the twin: it looks ahead from each observation to the moment that this looks back from.</summary>
    [Fact]
    public void On_a_world_exactly_the_pools_with_a_rug_label_have_a_moment_and_it_ends_the_first_label()
    {
        RecordedRow[] rows = [.. World.Create("hostile", 9).Rows().Take(40_000)];
        RugFinder finder = new();
        foreach ((string id, PoolUpdate update, RowBegins begins) in ClassifiedRows.Of(rows))
        {
            finder.Add(id, update, begins);
        }

        FeatureRow[] table = FeatureTable.Build(rows);
        Assert.True(finder.Moments.Count > 50);
        foreach (IGrouping<string, FeatureRow> pool in table.Where(static r => r.Update.Quality.IsObservation()).GroupBy(static r => r.PoolId))
        {
            FeatureRow first = pool.FirstOrDefault(static r => r.Label.IsLabelled && r.Label.WillRug);
            if (first.PoolId is not null)
            {
                long moment = finder.Moments[pool.Key];
                Assert.True(moment > first.Update.TimestampMs && moment <= first.Label.EndMs);
            }
            else if (finder.Moments.TryGetValue(pool.Key, out long moment))
            {
                // The recording ended before the horizons that see it closed.
                Assert.True(pool.Count(r => r.Update.TimestampMs >= moment) < HorizonLabeler.HorizonObservations);
            }
        }
    }

    /// <summary>The index of the price at which the pool is rugged, or null.</summary>
    private static int? MomentOf(double[] prices, params (int At, Quality Quality, RowBegins Begins)[] marks)
    {
        RugFinder finder = new();
        for (int i = 0; i < prices.Length; i++)
        {
            (int At, Quality Quality, RowBegins Begins) mark = marks.SingleOrDefault(m => m.At == i);
            finder.Add("p", new PoolUpdate { TimestampMs = 1_000 + i, BaseReserve = 1, QuoteReserve = prices[i], Quality = mark.Quality }, mark.Begins);
        }

        return finder.Moments.TryGetValue("p", out long moment) ? (int)(moment - 1_000) : null;
    }
}
