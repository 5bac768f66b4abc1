using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>
/// A seeded, endless world of constant-product pools with Raydium's integer swaps, seen as a poller sees it: a row is a
/// pool's reserves at a moment. The same name and seed give the same rows everywhere. Start-up rolls it forward until
/// pools of all ages exist.
/// </summary>
public sealed class World
{
    /// <summary>Time of the first row unless told otherwise: 2025-06-10 00:00:00 UTC.</summary>
    public const long DefaultStartMs = 1_749_513_600_000;

    private const long PreRollMs = 1_800_000;

    private readonly WorldParameters _parameters;
    private readonly ulong _seed;
    private readonly long _startMs;

    private World(WorldParameters parameters, ulong seed, long startMs)
    {
        _parameters = parameters;
        _seed = seed;
        _startMs = startMs;
    }

    /// <summary>Names of the worlds.</summary>
    public static IReadOnlyList<string> Names { get; } = ["easy", "realistic", "hostile"];

    /// <summary>
    /// The world <paramref name="name"/>; throws <see cref="ArgumentException"/> for a name that is none.
    /// <paramref name="density"/>: share of the full feed's pools, so that a recording of few rows can span many hours.
    /// </summary>
    public static World Create(string name, ulong seed, double density = 1, long startMs = DefaultStartMs) => new(
        Thinned(WorldParameters.Named(name), density) ?? throw new ArgumentException($"there is no world '{name}'; there are: {string.Join(", ", Names)}", nameof(name)),
        seed, startMs);

    /// <summary>A world with parameters of one's own.</summary>
    public static World Create(WorldParameters parameters, ulong seed, long startMs = DefaultStartMs) => new(parameters, seed, startMs);

    /// <summary>The rows, from the beginning, in order of time; endless. Each enumeration is independent.</summary>
    public IEnumerable<RecordedRow> Rows()
    {
        SeededRandom random = new(_seed);
        PriorityQueue<SimulatedPool, (long TimeMs, long Ordinal)> due = new();
        long now = _startMs - PreRollMs;
        long nextArrival = now;
        long pools = 0;
        long id = 0;
        while (true)
        {
            while (!due.TryPeek(out _, out (long TimeMs, long Ordinal) next) || nextArrival <= next.TimeMs)
            {
                SimulatedPool born = new(_parameters, Choose(random), new SeededRandom(random.NextBits()), ++pools, nextArrival);
                due.Enqueue(born, (nextArrival, born.Ordinal));
                nextArrival += (long)(_parameters.ArrivalMeanMs * random.Uniform(0, 2));
            }

            due.TryDequeue(out SimulatedPool? pool, out (long TimeMs, long Ordinal) at);
            now = at.TimeMs;
            if (now >= _startMs)
            {
                yield return pool!.Observe(++id, now);
            }

            pool!.Step();
            if (!pool.IsOver)
            {
                due.Enqueue(pool, (now + random.Between(_parameters.MinRowGapMs, _parameters.MaxRowGapMs), pool.Ordinal));
            }
        }
    }

    private static WorldParameters? Thinned(WorldParameters? full, double density) =>
        full is null ? null : full with { ArrivalMeanMs = full.ArrivalMeanMs / density };

    private Archetype Choose(SeededRandom random)
    {
        double at = random.Uniform();
        for (int i = 0; i < _parameters.Archetypes.Count - 1; i++)
        {
            at -= _parameters.Archetypes[i].Share;
            if (at < 0)
            {
                return (Archetype)i;
            }
        }

        return (Archetype)(_parameters.Archetypes.Count - 1);
    }
}
