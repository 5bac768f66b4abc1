using LowLatency.Positions;

namespace LowLatency.Pipeline;

/// <summary>
/// A running 64-bit hash over every candidate's decision in order, with the bits of everything that went into it:
/// two runs that print the same value decided the same on the same inputs. Not cryptographic. One writer.
/// </summary>
public sealed class DecisionHash
{
    private ulong _value = 0x6C6F776C6174656E;
    private long _count;

    /// <summary>Candidates so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The hash over them.</summary>
    public ulong Value => Volatile.Read(ref _value);

    /// <summary>Takes in one event after its decision; an event without candidate counts only where an order was filled or ordered.</summary>
    public void Add(in PipelineEvent e)
    {
        if (!e.Outcome.Candidate && !HasTrade(e.Outcome))
        {
            return;
        }

        ulong h = Volatile.Read(ref _value);
        h = Mix(h, (ulong)e.Update.Pool, (ulong)e.Update.TimestampMs);
        h = Mix(h, Bits(e.Update.BaseReserve), Bits(e.Update.QuoteReserve));
        h = Mix(h, Bits(e.Update.Volume24h), (ulong)e.Update.Quality | ((ulong)e.Update.Status << 8));
        if (e.Outcome.Candidate)
        {
            foreach (double feature in e.Features)
            {
                h = Mix(h, Bits(feature), 0);
            }

            h = Mix(h, Bits(e.Prediction.MoonMargin), Bits(e.Prediction.RugMargin));
            h = Mix(h, Bits(e.Prediction.Moon), Bits(e.Prediction.Rug));
            Volatile.Write(ref _count, _count + 1);
        }

        ref readonly TradingOutcome o = ref e.Outcome;
        h = Mix(h, (ulong)o.FailedChecks, (ulong)o.Fill.Kind | ((ulong)o.ExitOrdered << 8) | ((ulong)o.Regime << 16) | ((ulong)o.Account.Risk << 24));
        h = Mix(h, (ulong)o.CandidateLamports, (ulong)o.Order.OrderId);
        h = Mix(h, o.Order.AmountIn, o.Order.MinimumOut);
        h = Mix(h, (ulong)o.Fill.OrderId, (ulong)o.Fill.Pool);
        h = Mix(h, o.Fill.AmountIn, o.Fill.AmountOut);
        h = Mix(h, (ulong)o.Account.Cash, (ulong)o.Account.Equity);
        h = Mix(h, (ulong)o.Account.Realised, (ulong)o.PoolUnrealised);
        Volatile.Write(ref _value, h);
    }

    private static bool HasTrade(in TradingOutcome o) =>
        o.EntryOrdered || o.ExitOrdered != ExitReason.None || o.Fill.Kind != FillKind.None;

    // NaN has many bit patterns and one meaning.
    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(double.IsNaN(value) ? double.NaN : value);

    private static ulong Mix(ulong h, ulong a, ulong b)
    {
        h = (h ^ a) * 0x9E3779B97F4A7C15;
        h = (h ^ (h >> 32) ^ b) * 0xD6E8FEB86659FD93;
        return h ^ (h >> 29);
    }
}
