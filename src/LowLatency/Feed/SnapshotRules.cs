using System.Buffers;

namespace LowLatency.Feed;

/// <summary>What every snapshot must satisfy, whatever its format.</summary>
internal static class SnapshotRules
{
    /// <summary>Fewest characters of a base58 key of 32 bytes.</summary>
    public const int MinKeyLength = 32;

    /// <summary>Most characters of a base58 key of 32 bytes.</summary>
    public const int MaxKeyLength = 44;

    /// <summary>Most decimals of a token.</summary>
    public const int MaxDecimals = 18;

    private static readonly SearchValues<byte> Base58 = SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8);

    /// <summary>Characters of base58 at the start of <paramref name="text"/>.</summary>
    public static int Base58Length(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Base58) is var stop and >= 0 ? stop : text.Length;

    /// <summary>Judges the keys and the timestamp.</summary>
    public static RejectReason Check(in PoolSnapshot s)
    {
        if (s.PoolId.Length < MinKeyLength)
        {
            return RejectReason.TestPool;
        }

        return !IsKey(s.PoolId) || !IsKeyOrAbsent(s.TokenAMint) || !IsKeyOrAbsent(s.TokenBMint) ? RejectReason.InvalidKey
            : IsTimestamp(s.TimestampMs) ? RejectReason.None
            : RejectReason.InvalidTimestamp;
    }

    /// <summary>Whether a snapshot can be of that time.</summary>
    public static bool IsTimestamp(long ms) => ms is >= SnapshotParser.MinTimestampMs and <= SnapshotParser.MaxTimestampMs;

    private static bool IsKeyOrAbsent(ReadOnlySpan<byte> key) => key.IsEmpty || IsKey(key);

    private static bool IsKey(ReadOnlySpan<byte> key) =>
        key.Length is >= MinKeyLength and <= MaxKeyLength && !key.ContainsAnyExcept(Base58);
}
