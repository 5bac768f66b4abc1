using LowLatency.Pools;

namespace LowLatency.Report;

/// <summary>
/// The moment of each pool's rug: its first observation whose price or SOL reserve is below half of that of one of its ten
/// observations before, within a segment. That is the moment that the rug label of those ten looks ahead to.
/// </summary>
internal sealed class RugFinder
{
    private const int Horizon = Features.HorizonLabeler.HorizonObservations;
    private const double Half = 0.5;

    private readonly Dictionary<string, long> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<(double Price, double Quote)>> _recent = new(StringComparer.Ordinal);

    /// <summary>Unix milliseconds by pool id.</summary>
    public IReadOnlyDictionary<string, long> Moments => _moments;

    /// <summary>Takes in one row, in order.</summary>
    public void Add(string poolId, in PoolUpdate update, RowBegins begins)
    {
        if (!update.Quality.IsObservation() || _moments.ContainsKey(poolId))
        {
            return;
        }

        if (!_recent.TryGetValue(poolId, out Queue<(double Price, double Quote)>? recent))
        {
            _recent.Add(poolId, recent = new Queue<(double, double)>(Horizon + 1));
        }

        if ((begins & RowBegins.Segment) != 0)
        {
            recent.Clear();
        }

        double price = update.Price, quote = update.QuoteReserve;
        if (recent.Any(before => (price / before.Price) - 1 < -Half || (quote / before.Quote) - 1 < -Half))
        {
            _moments.Add(poolId, update.TimestampMs);
            _recent.Remove(poolId);
            return;
        }

        recent.Enqueue((price, quote));
        if (recent.Count > Horizon)
        {
            recent.Dequeue();
        }
    }
}
