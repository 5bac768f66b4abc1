using System.Buffers.Binary;
using LowLatency.Feed.Solana;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>One pool of a world: integer reserves, and a plan that its trades follow row by row.</summary>
internal sealed class SimulatedPool
{
    private const double SolUnit = 1e9;
    private const double TokenUnit = 1e6;
    private const int TokenDecimals = 6;
    private const int SolDecimals = 9;
    private const int RowsAfterRug = 12;
    private const ulong LeastReserve = 1_000_000;

    private readonly Archetype _archetype;
    private readonly SeededRandom _random;
    private readonly bool _swapped;
    private WorldParameters _world;
    private ulong _base;
    private ulong _quote;
    private int _rowsLeft;
    private Phase _phase = Phase.Normal;
    private int _phaseRows;
    private double _phaseDrift;
    private bool _rugged;

    public SimulatedPool(WorldParameters world, Archetype archetype, SeededRandom random, long ordinal, long bornMs)
    {
        _world = world;
        _archetype = archetype;
        _random = random;
        Ordinal = ordinal;
        _swapped = random.Chance(world.SwappedShare);
        double shape = random.Uniform();
        _quote = (ulong)((25 + (175 * shape * shape)) * SolUnit);
        _base = (ulong)(random.Uniform(1e8, 9e8) * TokenUnit);
        _rowsLeft = random.Between(Nature.MinRows, Nature.MaxRows);
        string token = Key(random);
        const string sol = "So11111111111111111111111111111111111111112";
        Info = new PoolInfo(
            Key(random), _swapped ? sol : token, _swapped ? token : sol,
            _swapped ? SolDecimals : TokenDecimals, _swapped ? TokenDecimals : SolDecimals, 0.25, bornMs / 1000, bornMs);
    }

    private enum Phase : byte
    {
        Normal,
        Ignition,
        Pump,
        Fizzle,
        Distribution,
        Tell,
        FalseTell,
        Dump,
        Over,
    }

    public long Ordinal { get; }

    public PoolInfo Info { get; }

    public bool IsOver => _rowsLeft <= 0;

    private ArchetypeParameters Nature => _world.Archetypes[(int)_archetype];

    public RecordedRow Observe(long id, long timestampMs)
    {
        double token = _base / TokenUnit;
        double sol = _quote / SolUnit;
        (double a, double b) = _swapped ? (sol, token) : (token, sol);
        return new RecordedRow(id, Info, Info.PoolId, timestampMs, b / a, a, b, b);
    }

    /// <summary>What happens until the next row, by the law of that moment.</summary>
    public void Step(WorldParameters law)
    {
        _world = law;
        if (law.Unannounced is { } sudden)
        {
            StepUnannounced(sudden);
            return;
        }

        _rowsLeft--;
        if (_phase == Phase.Normal)
        {
            ChoosePhase();
        }

        bool busy = _phase is not (Phase.Normal or Phase.Over or Phase.FalseTell);
        if (_random.Chance(busy ? 0.97 : _rugged ? 0.05 : Nature.Activity))
        {
            bool wild = _phase is Phase.Ignition or Phase.Pump or Phase.Fizzle or Phase.Distribution;
            double noise = Nature.Noise * (wild ? _world.PumpNoiseFactor : 1);
            Trade((_phase == Phase.Normal ? Nature.Drift : _phaseDrift) + (noise * _random.Normal()));
        }

        if (_phase == Phase.Normal && Nature.Ignition > 0 && !_rugged && _random.Chance(_world.WhaleBuy))
        {
            Trade(_random.Uniform(0.12, 0.35));
        }

        if (_phase is Phase.Tell or Phase.FalseTell && _random.Chance(0.35))
        {
            Withdraw(_random.Uniform(0.002, 0.012));
        }

        if (_phase != Phase.Normal && --_phaseRows <= 0)
        {
            EndPhase();
        }
    }

    // Every probability is the same for each pool and row, so nothing that was seen tells what will be: a rug has no
    // aftermath, a death no age. Moves are beyond the labels' thresholds whatever the ordinary trade around them.
    private void StepUnannounced(UnannouncedParameters sudden)
    {
        double at = _random.Uniform();
        if (at < sudden.Moon)
        {
            Trade(_random.Uniform(0.25, 0.45));
        }
        else if (at < sudden.Moon + sudden.Dump)
        {
            Trade(-_random.Uniform(0.65, 0.85));
        }
        else if (at < sudden.Moon + sudden.Dump + sudden.Pull)
        {
            Withdraw(_random.Uniform(0.65, 0.85));
        }
        else if (_random.Chance(Nature.Activity))
        {
            Trade(Nature.Drift + (Nature.Noise * _random.Normal()));
        }

        _rowsLeft = _random.Chance(sudden.Death) ? 0 : 1;
    }

    // The text of 32 seeded bytes.
    private static string Key(SeededRandom random)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Bytes];
        for (int at = 0; at < bytes.Length; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[at..], random.NextBits());
        }

        return new PublicKey(bytes).ToString();
    }

    private void ChoosePhase()
    {
        bool endsInRug = _archetype is Archetype.SoftRug or Archetype.HardRug;
        if (endsInRug && _rowsLeft <= RowsAfterRug * 2 && !_rugged)
        {
            if (_random.Chance(_world.TellShare))
            {
                Enter(Phase.Tell, _random.Between(5, 12), -0.006);
            }
            else
            {
                Rug(hard: _archetype == Archetype.HardRug);
            }
        }
        else if (!_rugged && _random.Chance(Nature.Ignition))
        {
            Enter(Phase.Ignition, _random.Between(3, 5), _world.IgnitionDrift);
        }
        else if (!_rugged && _random.Chance(_world.FalseTell))
        {
            Enter(Phase.FalseTell, _random.Between(5, 12), -0.004);
        }
    }

    private void EndPhase()
    {
        switch (_phase)
        {
            case Phase.Ignition when _random.Chance(_world.TakeShare):
                double strength = _random.Uniform();
                Enter(Phase.Pump, 1, _world.PumpMinDrift + ((_world.PumpMaxDrift - _world.PumpMinDrift) * strength));
                break;
            case Phase.Ignition:
                // Gives back about what it rose.
                Enter(Phase.Fizzle, _random.Between(4, 10), -_world.IgnitionDrift / 2);
                break;
            case Phase.Pump when _random.Chance(_world.PumpPersistence):
                _phaseRows = 1;
                break;
            case Phase.Pump when _random.Chance(_world.Bait):
                Rug(hard: _random.Chance(0.4));
                break;
            case Phase.Pump:
                Enter(Phase.Distribution, _random.Between(15, 40), _world.DistributionDrift);
                break;
            case Phase.Tell:
                Rug(hard: _archetype == Archetype.HardRug);
                break;
            case Phase.Dump:
                Enter(Phase.Over, RowsAfterRug, 0);
                break;
            case Phase.Over:
                _rowsLeft = 0;
                break;
            default:
                _phase = Phase.Normal;
                break;
        }
    }

    private void Rug(bool hard)
    {
        _rugged = true;
        if (hard)
        {
            Withdraw(_random.Uniform(0.8, 0.99));
            Enter(Phase.Over, RowsAfterRug, 0);
        }
        else
        {
            Enter(Phase.Dump, _random.Between(1, 4), -_random.Uniform(0.45, 0.75));
        }

        _rowsLeft = RowsAfterRug * 2;
    }

    private void Enter(Phase phase, int rows, double drift)
    {
        _phase = phase;
        _phaseRows = rows;
        _phaseDrift = drift;
    }

    // A price move by r multiplies the quote reserve of a constant product by sqrt(1 + r).
    private void Trade(double move)
    {
        double root = Math.Sqrt(1 + Math.Clamp(move, -0.9, 0.5));
        if (root > 1)
        {
            ulong amount = (ulong)(_quote * (root - 1));
            ulong bought = ConstantProduct.AmountOut(amount, _quote, _base);
            if (_base - bought > LeastReserve)
            {
                _quote += amount;
                _base -= bought;
            }
        }
        else
        {
            ulong amount = (ulong)(_base * ((1 / root) - 1));
            ulong received = ConstantProduct.AmountOut(amount, _base, _quote);
            if (_quote - received > LeastReserve)
            {
                _base += amount;
                _quote -= received;
            }
        }
    }

    private void Withdraw(double share)
    {
        ulong tokens = (ulong)(_base * share);
        ulong sol = (ulong)(_quote * share);
        if (_base - tokens > LeastReserve && _quote - sol > LeastReserve)
        {
            _base -= tokens;
            _quote -= sol;
        }
    }
}
