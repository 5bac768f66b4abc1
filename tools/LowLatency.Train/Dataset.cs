using System.Buffers.Binary;
using System.Security.Cryptography;
using LowLatency.Features;
using LowLatency.Storage;

namespace LowLatency.Train;

/// <summary>
/// Labelled observations as columns. Within a recording the rows are in time order. Features are float32, because that is
/// what the served graph sees: the trainer then decides at training as the graph does at inference. Read-only; any thread.
/// </summary>
public sealed class Dataset
{
    private readonly float[] _features;

    internal Dataset(int[] recording, int[] pool, long[] timestampMs, long[] horizonEndMs, float[] features, bool[] moon, bool[] rug)
    {
        _features = features;
        Recording = recording;
        Pool = pool;
        TimestampMs = timestampMs;
        HorizonEndMs = horizonEndMs;
        Moon = moon;
        Rug = rug;
        Weight = LabelUniqueness.Of(recording, pool, timestampMs, horizonEndMs);
    }

    /// <summary>Number of rows.</summary>
    public int Count => Pool.Count;

    /// <summary>Which recording a row is of, from 0.</summary>
    public IReadOnlyList<int> Recording { get; }

    /// <summary>Which pool a row is of, from 0; the same pool in two recordings has one index.</summary>
    public IReadOnlyList<int> Pool { get; }

    /// <summary>Unix milliseconds of the observation.</summary>
    public IReadOnlyList<long> TimestampMs { get; }

    /// <summary>Unix milliseconds of the last moment the label depends on.</summary>
    public IReadOnlyList<long> HorizonEndMs { get; }

    /// <summary>will_moon.</summary>
    public IReadOnlyList<bool> Moon { get; }

    /// <summary>will_rug.</summary>
    public IReadOnlyList<bool> Rug { get; }

    /// <summary>Mean uniqueness of the label (<see cref="LabelUniqueness"/>), in (0, 1].</summary>
    public IReadOnlyList<float> Weight { get; }

    /// <summary>Features of a row in schema order; NaN = missing.</summary>
    public ReadOnlySpan<float> Row(int index) => _features.AsSpan(index * FeatureSchema.Count, FeatureSchema.Count);

    /// <summary>Features of several rows, one after the other.</summary>
    public float[] Rows(IReadOnlyList<int> indices)
    {
        float[] rows = new float[indices.Count * FeatureSchema.Count];
        for (int i = 0; i < indices.Count; i++)
        {
            Row(indices[i]).CopyTo(rows.AsSpan(i * FeatureSchema.Count));
        }

        return rows;
    }

    /// <summary>SHA-256 over every column of every row, lower-case hex; NaN has one bit pattern.</summary>
    public string Sha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] row = new byte[(2 * sizeof(int)) + (2 * sizeof(long)) + (FeatureSchema.Count * sizeof(float)) + 2];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(row, Recording[i]);
            BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(4), Pool[i]);
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(8), TimestampMs[i]);
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(16), HorizonEndMs[i]);
            int at = 24;
            foreach (float value in Row(i))
            {
                BinaryPrimitives.WriteSingleLittleEndian(row.AsSpan(at), float.IsNaN(value) ? float.NaN : value);
                at += sizeof(float);
            }

            row[at] = Moon[i] ? (byte)1 : (byte)0;
            row[at + 1] = Rug[i] ? (byte)1 : (byte)0;
            hash.AppendData(row);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>Collects a <see cref="Dataset"/>. Not thread-safe.</summary>
public sealed class DatasetBuilder
{
    private readonly Dictionary<string, int> _pools = new(StringComparer.Ordinal);
    private readonly List<int> _recording = [];
    private readonly List<int> _pool = [];
    private readonly List<long> _timestampMs = [];
    private readonly List<long> _horizonEndMs = [];
    private readonly List<float> _features = [];
    private readonly List<bool> _moon = [];
    private readonly List<bool> _rug = [];
    private int _recordings;

    /// <summary>Adds the rows of a recording that the model would be asked about and that have a label.</summary>
    public void AddRecording(IEnumerable<FeatureRow> table)
    {
        StartRecording();
        foreach (FeatureRow row in table)
        {
            if (Takes(row))
            {
                Add(row.PoolId, row.Update.TimestampMs, row.Label.EndMs, row.Features, row.Label.WillMoon, row.Label.WillRug);
            }
        }
    }

    /// <summary>Whether a row of a recording is one of the dataset's.</summary>
    public static bool Takes(in FeatureRow row) => row.SegmentObservations >= FeatureSchema.MinObservations && row.Label.IsLabelled;

    /// <summary>What is added from here on is of another recording, with a time of its own.</summary>
    public void StartRecording() => _recordings++;

    /// <summary>Adds one labelled observation; within a recording, in time order.</summary>
    public void Add(string poolId, long timestampMs, long horizonEndMs, in FeatureVector features, bool moon, bool rug)
    {
        if (horizonEndMs < timestampMs)
        {
            throw new ArgumentException("a horizon ends before it begins", nameof(horizonEndMs));
        }

        int recording = Math.Max(0, _recordings - 1);
        if (_recording.Count > 0 && _recording[^1] == recording && timestampMs < _timestampMs[^1])
        {
            throw new ArgumentException("rows of a recording are added in time order", nameof(timestampMs));
        }

        if (!_pools.TryGetValue(poolId, out int pool))
        {
            _pools.Add(poolId, pool = _pools.Count);
        }

        _recording.Add(recording);
        _pool.Add(pool);
        _timestampMs.Add(timestampMs);
        _horizonEndMs.Add(horizonEndMs);
        foreach (double value in features)
        {
            _features.Add((float)value);
        }

        _moon.Add(moon);
        _rug.Add(rug);
    }

    /// <summary>The dataset so far.</summary>
    public Dataset Build() => new(
        [.. _recording], [.. _pool], [.. _timestampMs], [.. _horizonEndMs], [.. _features], [.. _moon], [.. _rug]);
}
