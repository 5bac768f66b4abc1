using System.Buffers.Binary;
using System.Text;
using LowLatency.Feed;
using LowLatency.Storage;

namespace LowLatency.Pools;

/// <summary>
/// Numbers pools in order of first appearance and normalises their rows to one orientation: quote = SOL, base = token.
/// Owned by the feed's one logical thread; another thread may read <see cref="Describe(int)"/> of an index that reached it
/// through the ring. Bounded by its capacity, allocates only when a pool appears for the first time.
/// </summary>
public sealed class PoolTable
{
    /// <summary>Pools the table holds by default; each costs about 1.4 kB in the whole pipeline once it is used.</summary>
    public const int DefaultCapacity = 32_768;

    /// <summary>Decimals of SOL.</summary>
    public const int SolDecimals = 9;

    /// <summary>Decimals of a token where the feed does not say (Raydium's launches use 6).</summary>
    public const int DefaultTokenDecimals = 6;

    private const int MinKeyLength = 32;
    private const int MaxKeyLength = 44;
    private const int KeyStride = 48;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

    private readonly int[] _slots;
    private readonly byte[] _keys;
    private readonly Entry[] _entries;
    private readonly PoolInfo[] _infos;

    /// <summary>Creates a table for at most <paramref name="capacity"/> pools.</summary>
    public PoolTable(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
        _keys = new byte[capacity * KeyStride];
        _entries = new Entry[capacity];
        _infos = new PoolInfo[capacity];
    }

    private enum Sides : byte
    {
        Unknown,
        SolIsQuote,
        SolIsBase,
        NoSol,
    }

    /// <summary>Mint of wrapped SOL, base58.</summary>
    public static ReadOnlySpan<byte> SolMint => "So11111111111111111111111111111111111111112"u8;

    /// <summary>Most pools the table holds.</summary>
    public int Capacity { get; }

    /// <summary>Pools numbered so far.</summary>
    public int Count { get; private set; }

    /// <summary>What was known of pool <paramref name="index"/> at its first row, in normalised orientation: token_b is SOL.</summary>
    public PoolInfo Describe(int index) => _infos[index];

    /// <summary>Finds the index of a pool that has one.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out int index)
    {
        index = key.Length is < MinKeyLength or > MaxKeyLength ? -1 : FindSlot(key) - 1;
        return index >= 0;
    }

    /// <summary>
    /// Normalises <paramref name="snapshot"/> into <paramref name="update"/>. On a rejection the pool's state is untouched
    /// and <paramref name="update"/> is undefined. Reserves that are not finite and positive are not rejected: they are an
    /// update of quality <see cref="Quality.Invalid"/>.
    /// </summary>
    public RejectReason TryNormalize(in PoolSnapshot snapshot, long sourceId, ref PoolUpdate update)
    {
        ReadOnlySpan<byte> key = snapshot.PoolId;
        if (key.Length < MinKeyLength)
        {
            return RejectReason.TestPool;
        }

        if (key.Length > MaxKeyLength)
        {
            return RejectReason.InvalidKey;
        }

        ref int slot = ref FindSlot(key);
        int index = slot - 1;
        Sides sides = SidesOf(snapshot.TokenAMint, snapshot.TokenBMint);
        if (index < 0)
        {
            if (sides == Sides.Unknown)
            {
                return RejectReason.UnknownPool;
            }

            if (Count == Capacity)
            {
                return RejectReason.PoolTableFull;
            }

            index = Add(key, ref slot);
            _entries[index] = new Entry { Sides = sides, DecimalsA = -1, DecimalsB = -1 };
            _entries[index].Learn(snapshot);
            _infos[index] = Describe(snapshot, _entries[index]);
        }

        ref Entry entry = ref _entries[index];
        if (snapshot.TimestampMs < entry.LastTimestampMs)
        {
            return RejectReason.TimestampRegression;
        }

        entry.Learn(snapshot);
        Fill(snapshot, index, sourceId, entry, ref update);
        return RejectReason.None;
    }

    private static void Fill(in PoolSnapshot snapshot, int index, long sourceId, in Entry entry, ref PoolUpdate update)
    {
        bool swapped = entry.Sides == Sides.SolIsBase;
        double baseReserve = swapped ? snapshot.QuoteReserve : snapshot.BaseReserve;
        double quoteReserve = swapped ? snapshot.BaseReserve : snapshot.QuoteReserve;
        int tokenDecimals = swapped ? entry.DecimalsB : entry.DecimalsA;
        int baseDecimals = tokenDecimals < 0 ? DefaultTokenDecimals : tokenDecimals;

        update = default;
        update.Pool = index;
        update.Quality = entry.Sides == Sides.NoSol ? Quality.NotASolPool
            : IsReserve(baseReserve) && IsReserve(quoteReserve) && double.IsNormal(baseReserve * quoteReserve)
                && double.IsNormal(quoteReserve / baseReserve) ? Quality.Ok
            : Quality.Invalid;
        update.BaseDecimals = (byte)baseDecimals;
        update.Status = snapshot.Status is >= 0 and < byte.MaxValue ? (byte)snapshot.Status : byte.MaxValue;
        update.TimestampMs = snapshot.TimestampMs;
        update.PoolOpenTimeS = entry.PoolOpenTimeS;
        update.SourceId = sourceId;
        update.BaseReserve = baseReserve;
        update.QuoteReserve = quoteReserve;
        update.Volume24h = snapshot.Volume24h;
        update.FeedPrice = snapshot.Price;
        ulong baseAtoms = swapped ? snapshot.QuoteAtoms : snapshot.BaseAtoms;
        ulong quoteAtoms = swapped ? snapshot.BaseAtoms : snapshot.QuoteAtoms;
        update.BaseAtoms = baseAtoms != 0 ? baseAtoms : ToAtoms(baseReserve, baseDecimals);
        update.QuoteLamports = quoteAtoms != 0 ? quoteAtoms : ToAtoms(quoteReserve, SolDecimals);
    }

    private static bool IsReserve(double value) => value > 0 && double.IsFinite(value);

    /// <summary>Atoms in UI units.</summary>
    public static double FromAtoms(ulong atoms, int decimals) => atoms / PowersOfTen[decimals];

    private static ulong ToAtoms(double amount, int decimals)
    {
        double atoms = Math.Round(amount * PowersOfTen[decimals]);
        return atoms is >= 1 and < 18_446_744_073_709_549_568d ? (ulong)atoms : 0;
    }

    private static Sides SidesOf(ReadOnlySpan<byte> mintA, ReadOnlySpan<byte> mintB)
    {
        if (mintA.IsEmpty || mintB.IsEmpty)
        {
            return Sides.Unknown;
        }

        bool solA = mintA.SequenceEqual(SolMint);
        bool solB = mintB.SequenceEqual(SolMint);
        return solA == solB ? Sides.NoSol : solB ? Sides.SolIsQuote : Sides.SolIsBase;
    }

    private int Add(ReadOnlySpan<byte> key, ref int slot)
    {
        int index = Count++;
        Span<byte> stored = _keys.AsSpan(index * KeyStride, KeyStride);
        stored[0] = (byte)key.Length;
        key.CopyTo(stored[1..]);
        slot = index + 1;
        return index;
    }

    private static PoolInfo Describe(in PoolSnapshot snapshot, in Entry entry)
    {
        bool swapped = entry.Sides == Sides.SolIsBase;
        string mintA = Encoding.ASCII.GetString(swapped ? snapshot.TokenBMint : snapshot.TokenAMint);
        string mintB = Encoding.ASCII.GetString(swapped ? snapshot.TokenAMint : snapshot.TokenBMint);
        int tokenDecimals = swapped ? entry.DecimalsB : entry.DecimalsA;
        return new PoolInfo(
            Encoding.ASCII.GetString(snapshot.PoolId), mintA, mintB, tokenDecimals < 0 ? DefaultTokenDecimals : tokenDecimals,
            SolDecimals, double.IsNaN(snapshot.TradeFeePercent) ? 0 : snapshot.TradeFeePercent, entry.PoolOpenTimeS, snapshot.TimestampMs);
    }

    private ref int FindSlot(ReadOnlySpan<byte> key)
    {
        int mask = _slots.Length - 1;
        for (int at = (int)Hash(key) & mask; ; at = (at + 1) & mask)
        {
            int index = _slots[at] - 1;
            if (index < 0 || KeyAt(index).SequenceEqual(key))
            {
                return ref _slots[at];
            }
        }
    }

    private ReadOnlySpan<byte> KeyAt(int index) => _keys.AsSpan((index * KeyStride) + 1, _keys[index * KeyStride]);

    // A base58 key is 32 random bytes in text: any eight characters at each end tell keys apart well enough.
    private static uint Hash(ReadOnlySpan<byte> key)
    {
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(key);
        ulong middle = BinaryPrimitives.ReadUInt64LittleEndian(key[16..]);
        ulong tail = BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]);
        ulong hash = ((head * 0x9E3779B97F4A7C15) ^ middle) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 29) ^ tail) * 0x94D049BB133111EB;
        return (uint)(hash >> 32);
    }

    private struct Entry
    {
        public Sides Sides;
        public int DecimalsA;
        public int DecimalsB;
        public long PoolOpenTimeS;
        public long LastTimestampMs;

        public void Learn(in PoolSnapshot snapshot)
        {
            LastTimestampMs = snapshot.TimestampMs;
            DecimalsA = snapshot.DecimalsA is >= 0 and <= 18 ? snapshot.DecimalsA : DecimalsA;
            DecimalsB = snapshot.DecimalsB is >= 0 and <= 18 ? snapshot.DecimalsB : DecimalsB;
            PoolOpenTimeS = snapshot.PoolOpenTimeS > 0 ? snapshot.PoolOpenTimeS : PoolOpenTimeS;
        }
    }
}
