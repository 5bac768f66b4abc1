using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A JSON snapshot: the fast half accepts nothing that the general half refuses or reads otherwise; what is accepted is JSON
/// to the framework too, and what is refused as malformed is not.
/// </summary>
internal static class JsonTarget
{
    // The framework says no with an exception, which costs as much as a hundred inputs.
    private const ulong OracleEvery = 16;

    public static void Run(ReadOnlySpan<byte> input)
    {
        PoolSnapshot fast = PoolSnapshot.Empty;
        PoolSnapshot slow = PoolSnapshot.Empty;
        PoolSnapshot both = PoolSnapshot.Empty;
        bool isFast = SnapshotParser.TryParseFast(input, ref fast);
        RejectReason reason = SnapshotParser.ParseSlow(input, ref slow);
        RejectReason said = SnapshotParser.Parse(input, ref both);
        Invariant.Hold(!isFast || reason == RejectReason.None, $"the fast half accepts what the general half refuses as {reason}");
        Invariant.Hold(said == reason, $"{said} by both halves, {reason} by the general one");
        if (reason == RejectReason.None)
        {
            Invariant.Hold(SnapshotBits.Same(both, slow) && (!isFast || SnapshotBits.Same(fast, slow)), "the halves read different snapshots");
            Invariant.Hold(WellFormed.IsJson(input, (byte)'{'), "what is accepted is not JSON");
            SnapshotBits.HoldRoundTrip(slow);
        }
        else if (reason == RejectReason.MalformedJson && InputHash.Fold(input) % OracleEvery == 0)
        {
            Invariant.Hold(!WellFormed.IsJson(input, (byte)'{'), "what is refused as malformed is a JSON object");
        }

        PublisherHarness.HoldSurvives(input, isText: true, FeedFormat.Json);
    }
}
