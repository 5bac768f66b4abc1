using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>A MessagePack snapshot: what is accepted comes back from the writer, no prefix of it is accepted and nothing with a byte behind.</summary>
internal static class PackTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        PoolSnapshot snapshot = PoolSnapshot.Empty;
        if (SnapshotPack.Read(input, ref snapshot) == RejectReason.None)
        {
            SnapshotBits.HoldRoundTrip(snapshot);
            InputHash random = new(input);
            PoolSnapshot other = PoolSnapshot.Empty;
            Invariant.Hold(SnapshotPack.Read(input[..random.Next(input.Length)], ref other) == RejectReason.MalformedPack, "a prefix of a record is not malformed");
            byte[] longer = [.. input, (byte)random.Next(256)];
            other = PoolSnapshot.Empty;
            Invariant.Hold(SnapshotPack.Read(longer, ref other) == RejectReason.TrailingBytes, "a byte behind a record is overlooked");
        }

        PublisherHarness.HoldSurvives(input, isText: false, FeedFormat.Json);
    }
}
