using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>
/// A seeded, endless world of constant-product pools with Raydium's integer swaps, seen as a poller sees it: a row is a
/// pool's reserves at a moment. The same arguments give the same rows everywhere. Start-up rolls it forward until pools
/// of all ages exist. From some row on the law may be another, for the pools there are and those to come.
/// </summary>
public sealed class World
{
    /// <summary>Time of the first row unless told otherwise: 2025-06-10 00:00:00 UTC.</summary>
    public const long DefaultStartMs = 1_749_513_600_000;

    private const long PreRollMs = 1_800_000;

    private readonly WorldParameters _parameters;
    private readonly ulong _seed;
    private readonly long _startMs;
    private WorldPhase _phase = WorldPhase.Same;
    private long _phaseRow = long.MaxValue;

    private World(WorldParameters parameters, ulong seed, long startMs)
    {
        _parameters = parameters;
        _seed = seed;
        _startMs = startMs;
    }

    /// <summary>Names of the worlds.</summary>
    public static IReadOnlyList<string> Names { get; } = ["easy", "realistic", "hostile", "null"];

    /// <summary>
    /// The world <paramref name="name"/>; throws <see cref="ArgumentException"/> for a name that is none.
    /// <paramref name="density"/>: share of the full feed's pools, so that a recording of few rows can span many hours.
    /// </summary>
    public static World Create(string name, ulong seed, double density = 1, long startMs = DefaultStartMs) => new(
        Thinned(WorldParameters.Named(name), density) ?? throw new ArgumentException($"there is no world '{name}'; there are: {string.Join(", ", Names)}", nameof(name)),
        seed, startMs);

    /// <summary>A world with parameters of one's own.</summary>
    public static World Create(WorldParameters parameters, ulong seed, long startMs = DefaultStartMs) => new(parameters, seed, startMs);

    /// <summary>The same world, in <paramref name="phase"/> from row <paramref name="row"/> (0 = the first) on.</summary>
    public World Then(WorldPhase phase, long row) => new(_parameters, _seed, _startMs) { _phase = phase, _phaseRow = row };

    /// <summary>The rows, from the beginning, in order of time; endless. Each enumeration is independent.</summary>
    public IEnumerable<RecordedRow> Rows()
    {
        SeededRandom random = new(_seed);
        PriorityQueue<SimulatedPool, (long TimeMs, long Ordinal)> due = new();
        long now = _startMs - PreRollMs;
        long nextArrival = now;
        long pools = 0;
        long id = 0;
        WorldParameters later = _parameters.In(_phase);
        WorldParameters law = _parameters;
        while (true)
        {
            while (!due.TryPeek(out _, out (long TimeMs, long Ordinal) next) || nextArrival <= next.TimeMs)
            {
                SimulatedPool born = new(law, Choose(random, law), new SeededRandom(random.NextBits()), ++pools, nextArrival);
                due.Enqueue(born, (nextArrival, born.Ordinal));
                nextArrival += (long)(law.ArrivalMeanMs * random.Uniform(0, 2));
            }

            due.TryDequeue(out SimulatedPool? pool, out (long TimeMs, long Ordinal) at);
            now = at.TimeMs;
            if (now >= _startMs)
            {
                yield return pool!.Observe(++id, now);
            }

            law = id >= _phaseRow ? later : law;
            pool!.Step(law);
            if (!pool.IsOver)
            {
                due.Enqueue(pool, (now + random.Between(law.MinRowGapMs, law.MaxRowGapMs), pool.Ordinal));
            }
        }
    }

    private static WorldParameters? Thinned(WorldParameters? full, double density) =>
        full is null ? null : full with { ArrivalMeanMs = full.ArrivalMeanMs / density };

    private static Archetype Choose(SeededRandom random, WorldParameters law)
    {
        double at = random.Uniform();
        for (int i = 0; i < law.Archetypes.Count - 1; i++)
        {
            at -= law.Archetypes[i].Share;
            if (at < 0)
            {
                return (Archetype)i;
            }
        }

        return (Archetype)(law.Archetypes.Count - 1);
    }
}
